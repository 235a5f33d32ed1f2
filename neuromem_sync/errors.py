"""The error tree: each error says what happened, what to type next, and the exit code that says so.

What can be skipped is no error but a `Problem` (model.py).
"""

from __future__ import annotations


class NeuromemError(Exception):
    """What happened (`message`), what to do (`hint`), and the exit code for a script."""

    code = "error"
    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(NeuromemError):
    """A setting that is unknown or malformed."""

    code = "config"


class WorkspaceError(NeuromemError):
    """No such workspace or agent, or a root that is not what it was."""

    code = "workspace"


class StateError(NeuromemError):
    """The state folder or its database cannot be used."""

    code = "state"


class LayerUnavailable(NeuromemError):  # noqa: N818
    """The server of a layer is away, refuses, or takes too long; the embedded layer answers for it.

    `passes`: waiting may help. What does not pass (a wrong password, a server that is read-only) needs a person.
    """

    code = "layer"

    def __init__(self, message: str, hint: str = "", *, passes: bool = True) -> None:
        super().__init__(message, hint)
        self.passes = passes


class Emptied(LayerUnavailable):
    """The server has lost, or never had, what an index projects into it: it has to be given everything."""


class Rejected(NeuromemError):  # noqa: N818
    """The server of a layer is well, and does not take what it was given."""

    code = "rejected"


class Halted(NeuromemError):  # noqa: N818 - the word of docs/architecture.md
    """Sync stopped itself before losing much; everything indexed is kept."""

    code = "halted"


class Cancelled(NeuromemError):  # noqa: N818
    """A cycle that was told to end; nothing was written."""

    code = "cancelled"


class LockHeld(NeuromemError):  # noqa: N818
    """Another process of ours has it; `pid` says which, 0 if unknown."""

    code = "locked"

    def __init__(self, message: str, hint: str = "", pid: int = 0) -> None:
        super().__init__(message, hint)
        self.pid = pid


class WriteConflict(NeuromemError):  # noqa: N818
    """A file that people edit was not written, and is what it was.

    `passes`: waiting may help. `sidecar`: what was to be written belongs into a file of our own beside it.
    """

    code = "conflict"

    def __init__(self, message: str, hint: str = "", *, passes: bool = False, sidecar: bool = False) -> None:
        super().__init__(message, hint)
        self.passes = passes
        self.sidecar = sidecar
