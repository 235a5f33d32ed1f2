neuromem init ava --agent ava > .out
neuromem task ava start build-feature "User auth" > .out
