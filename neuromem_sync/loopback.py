"""Serves a memory by the Model Context Protocol over HTTP, to programs of this machine that know its token.

Listens on the loopback and nowhere else. The token keeps other people of the machine out; that `Host` and `Origin` must
be ours keeps out the pages a browser shows, whatever name they were served under.
"""

from __future__ import annotations

import hmac
import secrets
import socket
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from neuromem_sync.errors import ConfigError, NeuromemError
from neuromem_sync.files import reason

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PATH = "/mcp"
SHORTEST = 32
"""Characters of a token: 128 bits as hexadecimal digits, which nobody guesses."""


class Guarded:
    """An application that answers only who sends `Authorization: Bearer TOKEN`."""

    def __init__(self, application: ASGIApp, token: str) -> None:
        self._application = application
        self._wanted = f"Bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope.get("headers", ())).get(b"authorization", b"")
        if scope["type"] == "lifespan" or hmac.compare_digest(given, self._wanted):
            await self._application(scope, receive, send)
            return
        from starlette.responses import PlainTextResponse

        refusal = PlainTextResponse("the token is missing or wrong\n", 401, {"WWW-Authenticate": "Bearer"})
        await refusal(scope, receive, send)


def listening(address: str) -> socket.socket:
    """A socket that listens on `HOST:PORT` of the loopback; port 0 is any that is free. Raises NeuromemError."""
    host, _, port = address.rpartition(":")
    host = host.strip("[]").replace("localhost", "127.0.0.1")
    try:
        local = ip_address(host).is_loopback
        number = int(port)
    except ValueError as error:
        raise NeuromemError(f"{address!r} is no HOST:PORT", "write it like 127.0.0.1:8765") from error
    if not local:
        raise NeuromemError(f"{host} is not of the loopback", "a memory is served to this machine: 127.0.0.1:8765")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, number), family=family)
    except (OSError, OverflowError) as error:
        raise NeuromemError(f"{address}: {error}", "choose another port: 127.0.0.1:0 is any that is free") from error


def token_of(path: Path | None) -> str:
    """The token in a file that only its owner can read; without a file a new one. Raises ConfigError."""
    if path is None:
        return secrets.token_hex()
    try:
        readable, token = path.stat().st_mode & 0o077, path.read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "it holds other characters than ASCII"
        raise ConfigError(f"{path}: {why}", f"make one: (umask 077; openssl rand -hex 32 > {path})") from error
    if readable:
        raise ConfigError(f"{path} can be read by others", f"chmod 600 {path}")
    if len(token) < SHORTEST or not token.isprintable() or " " in token:
        hint = f"make one: (umask 077; openssl rand -hex 32 > {path})"
        raise ConfigError(f"{path} holds no token of {SHORTEST} characters or more", hint)
    return token


def origins(host: str, port: int) -> tuple[str, ...]:
    """What a client of this machine may call us."""
    shown = f"[{host}]" if ":" in host else host
    return (f"{shown}:{port}", f"localhost:{port}")


async def serve(agent: str, listener: socket.socket, token: str) -> None:
    """Serve over HTTP until a signal ends it. Raises what `Memory.open` raises."""
    # half a second that a wrong address or token need not wait for
    import uvicorn
    from mcp.server.transport_security import TransportSecuritySettings

    from neuromem_sync.mcp import opened

    names = origins(*listener.getsockname()[:2])
    checks = TransportSecuritySettings(allowed_hosts=list(names), allowed_origins=[f"http://{name}" for name in names])
    async with opened(agent) as server:
        application = server.streamable_http_app(streamable_http_path=PATH, transport_security=checks)
        guarded = Guarded(application, token)
        settings = uvicorn.Config(guarded, log_config=None, access_log=False, lifespan="on", ws="none")
        await uvicorn.Server(settings).serve(sockets=[listener])
