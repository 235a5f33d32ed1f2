"""Whether the index is in step: the daemon, a proof of freshness, the layers, and what of the documents is in doubt.

Looks at the files once where no daemon vouches for them, as every question does; a first index is left to `sync`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from neuromem_sync import freshness, index
from neuromem_sync.answer import run_blocking
from neuromem_sync.clock import iso
from neuromem_sync.doors import BlockingDoors
from neuromem_sync.errors import Halted, NeuromemError
from neuromem_sync.finding import Code, Finding, among
from neuromem_sync.freshness import Unanswered
from neuromem_sync.intake import Intake
from neuromem_sync.lock import WATCH, holder
from neuromem_sync.query import Freshness, Query, State
from neuromem_sync.recall import recall
from neuromem_sync.sqlite import Reading, read

NOTHING = Freshness(state=State.STOPPED, generation=0, as_of="", reason="no index was asked")
WATCHES = "sudo sysctl fs.inotify.max_user_watches=524288, and a line in /etc/sysctl.d to keep it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """How fresh the index is, what stands in the way, and when all files were last looked at ("": not known)."""

    freshness: Freshness
    findings: tuple[Finding, ...] = ()
    scanned: str = ""


def vouched(doors: BlockingDoors, name: str) -> Vouched:
    """How the index stands by now. `name` is what to type for this workspace."""
    workspace = doors.workspace
    if not (workspace.state / "index.db").exists():
        return Vouched(freshness=NOTHING, findings=(_no_index(name),))
    patience = doors.settings.recall.fresh_ms / 1000
    said = freshness.ask(doors.live, workspace.state, workspace.root, clock=doors.clock, timeout=patience)
    rules = read(doors.index, index.meta("rules"))
    other = rules != Intake(workspace.zone, allowed=doors.settings.redact.allow).rules
    proved, found = (said, []) if isinstance(said, Freshness) else _unvouched(doors, said, name, other=other)
    if other:
        found += _other_rules(rules, name, by_daemon=holder(workspace.state / WATCH) is not None)
    return Vouched(
        freshness=replace(proved, unverified=tuple(read(doors.index, index.unverified()))),
        findings=tuple(found),
        scanned=_scanned(doors, said, proved),
    )


def _scanned(doors: BlockingDoors, said: Freshness | Unanswered, proved: Freshness) -> str:
    """By the daemon that vouched, else by ourselves if we looked just now, else by a daemon that is in doubt."""
    if isinstance(said, Unanswered) and proved.state is State.FRESH:
        return proved.as_of
    status = freshness.status(doors.live)
    return status.scanned if status and holder(doors.workspace.state / WATCH) is not None else ""


def _unvouched(doors: BlockingDoors, said: Unanswered, name: str, *, other: bool) -> tuple[Freshness, list[Finding]]:
    """No daemon has an answer: then we look ourselves, if that is a look and no new index."""
    daemon = _daemon(doors, said, name)
    if other:
        return run_blocking(doors.known()), [daemon]
    as_of = iso(doors.clock.now())
    try:
        report = doors.engine.cycle()
    except NeuromemError as error:
        known = replace(run_blocking(doors.known()), state=State.DEGRADED, reason=error.message)
        if isinstance(error, Halted):  # a daemon is degraded for no other reason
            return known, [Finding(code=Code.HALTED, message=error.message, hint=error.hint)]
        return known, [daemon, Finding(code=Code.NOT_SYNCED, message=error.message, hint=error.hint)]
    return Freshness(state=State.FRESH, generation=report.generation, as_of=as_of), [daemon]


def _daemon(doors: BlockingDoors, said: Unanswered, name: str) -> Finding:
    """Why no daemon vouches."""
    pid = holder(doors.workspace.state / WATCH)
    status = freshness.status(doors.live)
    if pid is None:
        message = "no daemon watches: every question looks at all files first, and no night comes by itself"
        return Finding(code=Code.NO_DAEMON, message=message, hint=f"neuromem watch {name}")
    if status is None or (pid and status.pid != pid):
        return Finding(code=Code.STARTING, message=f"the daemon (process {pid}) is starting", hint="ask again")
    if status.freshness.state is State.DEGRADED:
        message = f"the daemon (process {pid}) is in doubt: {status.freshness.reason or said.reason}"
        return Finding(code=Code.DEGRADED, message=message, hint=_remedy(status.freshness.reason))
    if status.freshness.state is State.VERIFYING:
        message = f"the daemon (process {pid}) is looking at all files"
        return Finding(code=Code.VERIFYING, message=message, hint="questions look for themselves until it is done")
    message = f"the daemon (process {pid}) does not vouch: {said.reason}"
    return Finding(code=Code.NO_ANSWER, message=message, hint="questions look for themselves, which is slower")


def _remedy(reason: str) -> str:
    return WATCHES if "max_user_watches" in reason else "questions look for themselves until it is over"


def _no_index(name: str) -> Finding:
    return Finding(code=Code.NO_INDEX, message="nothing is indexed yet", hint=f"neuromem sync {name}")


def _other_rules(rules: str | None, name: str, *, by_daemon: bool) -> list[Finding]:
    """`rules` are those of the index, None where its first cycle has not ended."""
    if rules is None:
        return [] if by_daemon else [_no_index(name)]
    hint = "stop the daemon and start it again" if by_daemon else f"neuromem sync {name}"
    message = "the index was made by another version or for another zone: it will be made anew"
    return [Finding(code=Code.OTHER_RULES, message=message, hint=hint)]


def layers(doors: BlockingDoors) -> Iterator[Finding]:
    """Layers that do not answer."""
    query = Query(text="memory", limit=1, now=doors.clock.now())
    for problem in read(doors.index, recall(query, doors.layers)).problems:
        yield Finding(code=Code.LAYER_FAILED, message=problem.message, hint=problem.hint)


def documents(name: str) -> Reading[list[Finding]]:
    """Documents that answers stand on with doubt, or that were not read in full."""
    doubted = yield from index.unverified()
    problems = [problem for problem in (yield from index.problems()) if not problem.unverified]
    waiting = [path for path, why in doubted.items() if why == index.PENDING]
    unread = {path: why for path, why in doubted.items() if why != index.PENDING}
    found = []
    if unread:
        first, why = next(iter(unread.items()))
        message = f"not read, answers have what they held before: {among(list(unread))} ({why})"
        found.append(Finding(code=Code.UNVERIFIED, message=message, hint=f"neuromem problems {name}", place=first))
    if waiting:
        message = f"vanished or shrank just now, not believed yet: {among(waiting)}"
        found.append(Finding(code=Code.PENDING, message=message, hint=f"neuromem wait {name}", place=waiting[0]))
    if problems:
        places = [f"{problem.path}:{problem.line}" for problem in problems]
        what = "1 passage was" if len(problems) == 1 else f"{len(problems)} passages were"
        message = f"{what} not read in full: {among(places)}"
        hint = f"what is wrong and what to do: neuromem problems {name}"
        found.append(Finding(code=Code.PROBLEMS, message=message, hint=hint, place=places[0]))
    return found
