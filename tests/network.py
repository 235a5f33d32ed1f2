"""A network that a test may break: a namespace of its own, joined to this machine by a pair of virtual cables.

In it packets are dropped without a word, as by a firewall or a cable that is cut. Needs root, iproute2 and nftables.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from itertools import count

import pytest

from tests.missing import left_out

PROGRAMS = {"ip": "iproute2", "nft": "nftables"}
PATH = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
IP = shutil.which("ip", path=PATH) or "ip"
NEEDED = (12, 21)  # CAP_NET_ADMIN for cables and packets, CAP_SYS_ADMIN for a namespace
NUMBERS = count()
DROP = """table inet dropped {
    chain input { type filter hook input priority 0; policy drop; }
    chain output { type filter hook output priority 0; policy drop; }
}"""


@dataclass(frozen=True, slots=True)
class Network:
    """Where a server listens, and what to start it with so that it is there."""

    address: str
    within: tuple[str, ...] = ()


LOOPBACK = Network("127.0.0.1")


@dataclass(frozen=True, slots=True)
class Cable(Network):
    """A network that can be broken, and mended again."""

    name: str = ""

    def drop(self) -> None:
        """Packets of connections that stand and of new ones vanish, either way."""
        _run(*self.within, "nft", "-f", "-", said=DROP)

    def let_through(self) -> None:
        _run(*self.within, "nft", "delete", "table", "inet", "dropped")

    def pull(self) -> None:
        """The far end of the cable is down."""
        _run(IP, "-n", self.name, "link", "set", "far", "down")

    def plug(self) -> None:
        _run(IP, "-n", self.name, "link", "set", "far", "up")


@contextmanager
def cable() -> Iterator[Cable]:
    """For a block; without the right to it the test is left out, and says why."""
    if reason := forbidden():
        pytest.skip(reason)
    number = next(NUMBERS)
    name, near = f"neuromem-{os.getpid()}-{number}", f"nm{os.getpid()}-{number}"
    block = (os.getpid() * 8 + number) % (1 << 14) * 4  # 198.18.0.0/15 is there for such things (RFC 2544)
    here, there = (f"198.{18 + (block >> 16)}.{block >> 8 & 255}.{(block & 255) + end}" for end in (1, 2))
    _run(IP, "netns", "add", name)
    try:
        _run(IP, "link", "add", near, "type", "veth", "peer", "name", "far", "netns", name)
        _run(IP, "address", "add", f"{here}/30", "dev", near)
        _run(IP, "-n", name, "address", "add", f"{there}/30", "dev", "far")
        _run(IP, "link", "set", near, "up")
        for link in ("lo", "far"):
            _run(IP, "-n", name, "link", "set", link, "up")
        yield Cable(there, (IP, "netns", "exec", name), name)
    finally:
        with suppress(subprocess.CalledProcessError):
            _run(IP, "link", "delete", near)
        _run(IP, "netns", "delete", name)


def cable_if_allowed() -> AbstractContextManager[Network]:
    """The same; without the right to it the loopback, and a line that says why."""
    reason = forbidden()
    if reason:
        print(f"no packets are dropped: {reason}")
    return nullcontext(LOOPBACK) if reason else cable()


def forbidden() -> str:
    """Why a network of its own cannot be had here; "" if it can."""
    if missing := [package for program, package in PROGRAMS.items() if shutil.which(program, path=PATH) is None]:
        left_out(" ".join(missing))
    with open("/proc/self/status", encoding="ascii") as status:
        held = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
    if all(held >> right & 1 for right in NEEDED):
        return ""
    return "a network of its own needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN"


def _run(*command: str, said: str = "") -> None:
    subprocess.run(
        command,
        input=said,
        text=True,
        check=True,
        timeout=10,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "PATH": PATH},
    )
