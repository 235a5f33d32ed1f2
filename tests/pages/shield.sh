neuromem init ava --agent ava > .out
neuromem task ava start rewrite-history "Clean up main" > .out
neuromem task ava fail rewrite-history "git push --force origin main lost two commits" --avoid "push to a branch" > .out
