neuromem init ava --agent ava > .out
cat >> ava/mind/DECISIONS.md <<'END'

### 2026-02-20 — Caddy renews the certificate of the gateway

- **Decision:** Caddy in front of everything
- **Rationale:** it renews by itself
END
cat > ava/memory/2026-02-28.md <<'END'
# 2026-02-28

### 15:00 — migrate: started

- task:: migrate
- state:: started

Move the database to the new host.

### 18:30 — migrate: paused

- task:: migrate
- state:: paused

The schema is copied; next the rows, then the DNS.
END
cat > ava/memory/2026-03-01.md <<'END'
# 2026-03-01

### 08:10 — Gateway answered 503

For nine minutes: the proxy had lost its certificate.
END
neuromem sync ava > .out
