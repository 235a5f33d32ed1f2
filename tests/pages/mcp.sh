neuromem init ava --agent ava > .out
