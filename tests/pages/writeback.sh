NEUROMEM_NOW=2026-03-01T09:00+01:00 neuromem init ava --agent ava > .out
cat > ava/memory/2026-03-01.md <<'END'
# 2026-03-01

### 14:02 — Moved the gateway

Caddy sits in front of it since noon.

The old port is closed.

Lesson: the gateway listens on port 8443.
END
neuromem groom ava > .out
