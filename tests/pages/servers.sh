neuromem init ava --agent ava > .out
neuromem sync ava >> .out
