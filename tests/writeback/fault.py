"""Faults put into single system calls of a process that writes, with strace."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.writeback.bench import exit_with, fork

BEGUN, DONE = "/write-begins-here", "/write-ends-here"
PR_SET_PTRACER = 0x59616D61
ANYBODY = ctypes.c_ulong(-1)
_CALL = re.compile(r"^\d+\s+(?P<name>\w+)\((?P<given>.*)")


@dataclass(frozen=True, order=True)
class Call:
    """The `number`th call of `name`, counted from the moment strace watches."""

    name: str
    number: int
    given: str


def strace() -> str | None:
    return shutil.which("strace")


def calls(work: Callable[[], object], log: Path) -> list[Call]:
    """Every system call of the part of the work that is `marked`, in order."""
    code = under_strace(work, "-o", str(log))
    assert code == 0, f"the work itself failed: {code}"
    seen: Counter[str] = Counter()
    found, inside = [], False
    for line in log.read_text(errors="replace").splitlines():
        if not (match := _CALL.match(line)):
            continue
        seen[match["name"]] += 1
        if BEGUN in match["given"]:
            inside = True
        elif DONE in match["given"]:
            return found
        elif inside:
            found.append(Call(match["name"], seen[match["name"]], match["given"]))
    raise AssertionError("the trace has no end")


def inject(work: Callable[[], object], call: Call, fault: str) -> int:
    """Do the work with a fault (`signal=SIGKILL`, `error=EIO`) in that call; its exit code, negative for a signal."""
    return under_strace(work, "-o", "/dev/null", "-e", f"inject={call.name}:{fault}:when={call.number}")


def under_strace(work: Callable[[], object], *options: str) -> int:
    """The work's exit code. Its process is forked, not started: a start costs more than all of the work."""
    pid = fork()
    if pid == 0:
        exit_with(lambda: _stopped_first(work))
    os.waitpid(pid, os.WUNTRACED)
    tracer = subprocess.Popen([strace() or "", "-f", "-p", str(pid), *options], stderr=subprocess.PIPE)
    try:
        _until_traced(pid, tracer)
        os.kill(pid, signal.SIGCONT)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    finally:
        tracer.communicate(timeout=20)


def _stopped_first(work: Callable[[], object]) -> None:
    # where only ancestors may trace (Yama), the process has to allow it
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
    os.kill(os.getpid(), signal.SIGSTOP)
    work()


@contextmanager
def marked() -> Iterator[None]:
    """The part of the work that faults are put into."""
    os.access(BEGUN, os.F_OK)
    try:
        yield
    finally:
        os.access(DONE, os.F_OK)


def _until_traced(pid: int, tracer: subprocess.Popen[bytes]) -> None:
    status = Path(f"/proc/{pid}/status")
    while "\nTracerPid:\t0\n" in status.read_text():
        if tracer.poll() is not None:
            os.kill(pid, signal.SIGKILL)
            sys.exit(f"strace cannot watch: {tracer.stderr.read().decode() if tracer.stderr else ''}")
        time.sleep(0.001)
