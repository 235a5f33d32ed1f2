"""One command for each agent that is meant: one that fails says so, and keeps none of the others from theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from neuromem_sync.cli.output import ErrorDetail, FailedJson
from neuromem_sync.cli.terminal import emit, emit_agents, fail, say
from neuromem_sync.errors import NeuromemError
from neuromem_sync.workspace import Workspace

One = Callable[[Workspace], tuple[int, Mapping[str, Any]]]
"""Does it for one, shows it if people read along, and gives the exit code and the JSON value."""


def each_agent(workspaces: Sequence[Workspace], one: One, *, as_json: bool, titled: bool = True) -> int:
    """The worst exit code of all. Of several each is `titled` by its name, unless what `one` shows begins with it.

    Raises NeuromemError where only one is meant.
    """
    several = len(workspaces) > 1
    code, values = 0, list[Mapping[str, Any]]()
    for workspace in workspaces:
        if several and titled and not as_json:
            say(workspace.agent, "strong")
        try:
            ended, value = one(workspace)
        except NeuromemError as error:
            if not several:
                raise
            ended, value = error.exit_code, _failed(workspace, error, as_json=as_json, titled=titled)
        code = max(code, ended)
        values.append(value)
    if as_json:
        emit(values[0]) if len(values) == 1 else emit_agents(values)
    return code


def _failed(workspace: Workspace, error: NeuromemError, *, as_json: bool, titled: bool) -> FailedJson:
    detail = ErrorDetail(code=error.code, message=error.message, hint=error.hint)
    if not as_json:
        if not titled:
            say(workspace.agent, "strong")
        fail(**detail, as_json=False)
    return FailedJson(agent=workspace.agent, error=detail)
