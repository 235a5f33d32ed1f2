"""Do one thing to many documents in processes of their own, results in order; to few documents in this one.

Processes rather than threads, because the work is Python; plain subprocesses rather than `multiprocessing`, which
would run the main module of a program that uses the API again, and leaves orphans when its parent is killed.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import IO, Any, cast

from neuromem_sync.errors import NeuromemError
from neuromem_sync.intake import Intake, Taken, Task

MUCH = 4 << 20
"""Bytes of documents from which starting processes (0.3 s) pays."""
MOST = 4
"""Processes at most: with more, the one that writes the index is what all wait for."""
FEW = 16
"""Documents of one cycle up to which somebody is editing them, and may go on."""
SELDOM = 50_000
"""Objects between two runs of the garbage collector, which finds next to nothing here: 3 % of the work."""
CHUNK = 24
"""Documents handed over at a time: enough to make a pipe cheap, few enough to keep every process busy."""


@dataclass(frozen=True, slots=True)
class _Worker:
    """A process, and the pipe of its results: its stdout is anybody's, such as a `sitecustomize` that prints."""

    process: subprocess.Popen[bytes]
    results: IO[bytes]


def take_all(intake: Intake, root: Path, tasks: Sequence[Task]) -> Iterator[Taken]:
    """What each task gave, in their order."""
    size = hands()
    if size < 2 or sum(task.size for task in tasks) < MUCH:
        return (intake.take(root, task, remember=len(tasks) <= FEW) for task in tasks)
    return together(intake, root, tasks, size)


def hands() -> int:
    """How many processes there is use for."""
    return min(MOST, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def together(intake: Intake, root: Path, tasks: Sequence[Task], size: int) -> Iterator[Taken]:
    """The same from `size` processes. Raises NeuromemError when one of them ends before its work does."""
    words = (intake.zone, ",".join(intake.allowed.fingerprints), os.fspath(root))
    return shared("neuromem_sync.crew", words, tasks, size)


def shared(module: str, words: Sequence[str], tasks: Sequence[Any], size: int) -> Iterator[Any]:
    """What `module` makes of each task, in their order: run with these words in `size` processes, it calls `work`.

    Raises NeuromemError when one of them ends before its work does.
    """
    chunks = [tasks[first : first + CHUNK] for first in range(0, len(tasks), CHUNK)]
    with ExitStack() as stack:
        crew = [_start(stack, [module, *words]) for _ in range(size)]
        for chunk, worker in zip(chunks, crew, strict=False):
            _send(worker, chunk)
        for number in range(len(chunks)):
            worker = crew[number % size]
            found = _receive(worker)
            if number + size < len(chunks):
                _send(worker, chunks[number + size])
            yield from found


def _start(stack: ExitStack, words: Sequence[str]) -> _Worker:
    ours, theirs = os.pipe()
    results = stack.enter_context(os.fdopen(ours, "rb"))
    # -P: a file of the user's current folder must not be imported for one of ours
    command = [sys.executable, "-P", "-m", *words, str(theirs)]
    try:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, pass_fds=(theirs,))
    finally:
        os.close(theirs)
    stack.enter_context(process)
    stack.callback(process.kill)
    return _Worker(process, results)


def _send(worker: _Worker, chunk: Sequence[Any]) -> None:
    pipe = cast(IO[bytes], worker.process.stdin)
    try:
        pickle.dump(chunk, pipe, pickle.HIGHEST_PROTOCOL)
        pipe.flush()
    except BrokenPipeError as error:
        raise _ended(worker.process) from error


def _receive(worker: _Worker) -> list[Any]:
    try:
        return cast(list[Any], pickle.load(worker.results))
    except (EOFError, pickle.UnpicklingError) as error:
        raise _ended(worker.process) from error


def _ended(process: subprocess.Popen[bytes]) -> NeuromemError:
    with suppress(BrokenPipeError):
        cast(IO[bytes], process.stdin).close()  # what it did not take must not be offered to it again at the end
    return NeuromemError(f"a reading process ended early (exit {process.wait()})", "nothing was written; sync again")


def work(each: Callable[[Any], Any]) -> None:
    """A worker's life: chunks of tasks in, results out to the pipe that its last word names, until its input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(SELDOM)
    source = cast(BufferedReader, sys.stdin.buffer)
    with open(int(sys.argv[-1]), "wb") as sink:
        while source.peek(1):
            tasks = cast(Sequence[Any], pickle.load(source))
            pickle.dump([each(task) for task in tasks], sink, pickle.HIGHEST_PROTOCOL)
            sink.flush()


if __name__ == "__main__":
    work(partial(Intake(sys.argv[1], allowed=filter(None, sys.argv[2].split(","))).take, Path(sys.argv[3])))
