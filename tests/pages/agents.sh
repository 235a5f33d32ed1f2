# ava, a vault, and what the three other programs remember themselves
neuromem init ava --agent ava > .out
mkdir -p vault/.obsidian .claude/projects .codex/memories .openclaw/workspace
echo "- the kettle is blue" > .codex/memories/MEMORY.md
cp .codex/memories/MEMORY.md .openclaw/workspace/MEMORY.md
memory=".claude/projects/$(pwd | tr -c 'a-zA-Z0-9\n' -)/memory"
mkdir -p "$memory"
cp .codex/memories/MEMORY.md "$memory/MEMORY.md"
