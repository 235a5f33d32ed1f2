"""The daemon as a service of its user: a unit for systemd, an agent for launchd, and how each is begun and ended.

Writes its one file and runs the manager's own commands; watches nothing itself.
"""

from __future__ import annotations

import os
import plistlib
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from neuromem_sync.errors import WorkspaceError
from neuromem_sync.files import reason, write_atomic

NAME = "neuromem-sync"
LABEL = "org.neuromem.sync"
PASSED_ON = ("NEUROMEM_CONFIG", "NEUROMEM_STATE", "XDG_CONFIG_HOME", "XDG_STATE_HOME")
"""Variables that say where things are: a service does not have those of the shell it was installed from."""

UNIT = """\
# Made by `neuromem-sync install-service`; made anew by the next one.
[Unit]
Description=neuromem-sync: keeps agents' memories in step with their files
Documentation=man:sd_notify(3)
StartLimitIntervalSec=0

[Service]
Type=notify
ExecStart={command}
WorkingDirectory=/
{environment}UnsetEnvironment=NEUROMEM_AGENT NEUROMEM_NOW
Restart=on-failure
RestartSec={again}
TimeoutStartSec=infinity
WatchdogSec={watchdog}
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""
# A disk that is not there yet, a setting that is wrong: it may be mended in half a minute, and costs little till then.
AGAIN = 30
# One sign of life a minute; a loop that is stuck for two is not coming back.
WATCHDOG = 120


# launchd takes in no label that it has already, and a changed file only when it takes it in.
_ANEW = 'launchctl bootout "$1/$2" 2>/dev/null; launchctl bootstrap "$1" "$3"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A file for a service manager: where it goes, what it holds, and the commands that follow.

    `begin` and `end` are run in their order; `shown` is what a person types to look at it.
    """

    path: Path
    data: bytes
    begin: tuple[tuple[str, ...], ...]
    end: tuple[tuple[str, ...], ...]
    shown: str


def service(agents: Sequence[str] = (), environment: Mapping[str, str] = os.environ) -> Service:
    """The service of this platform that watches these agents; all that are registered, if none is named."""
    # -P: a file of the working folder must not be imported for one of ours
    command = (sys.executable, "-P", "-m", "neuromem_sync", "watch", *agents)
    places = {name: environment[name] for name in PASSED_ON if environment.get(name)}
    home = Path(environment.get("HOME") or Path.home())
    return _launchd(home, command, places) if sys.platform == "darwin" else _systemd(home, command, places)


def _systemd(home: Path, command: Sequence[str], places: Mapping[str, str]) -> Service:
    folder = Path(places.get("XDG_CONFIG_HOME") or home / ".config") / "systemd" / "user"
    said = "".join(f"Environment={_word(f'{name}={value}')}\n" for name, value in places.items())
    text = UNIT.format(
        command=" ".join(map(_word, command)).replace("$", "$$"), environment=said, again=AGAIN, watchdog=WATCHDOG
    )
    systemctl = ("systemctl", "--user")
    unit = f"{NAME}.service"
    return Service(
        path=folder / unit,
        data=text.encode(),
        begin=((*systemctl, "daemon-reload"), (*systemctl, "enable", unit), (*systemctl, "restart", unit)),
        end=((*systemctl, "disable", "--now", unit),),
        shown=f"systemctl --user status {NAME}; journalctl --user -u {NAME}",
    )


def _word(text: str) -> str:
    """One word of a unit: quoted, and no specifier."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("\n", "\\n")
    return f'"{escaped}"'


def _launchd(home: Path, command: Sequence[str], places: Mapping[str, str]) -> Service:
    path = home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
    log = str(home / "Library" / "Logs" / f"{NAME}.log")
    plist = {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(places),
        "WorkingDirectory": "/",
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": AGAIN,
        "ProcessType": "Background",
        "StandardOutPath": log,
        "StandardErrorPath": log,
        "Umask": 0o077,
    }
    domain = f"gui/{os.getuid()}"
    return Service(
        path=path,
        data=plistlib.dumps(plist),
        begin=(("sh", "-c", _ANEW, "sh", domain, LABEL, str(path)),),
        end=(("launchctl", "bootout", f"{domain}/{LABEL}"),),
        shown=f"launchctl print {domain}/{LABEL}; tail {log}",
    )


def install(wanted: Service) -> bool:
    """Put its file in place; False if it stands there already, the same. Raises WorkspaceError."""
    try:
        if wanted.path.exists() and wanted.path.read_bytes() == wanted.data:
            return False
        wanted.path.parent.mkdir(parents=True, exist_ok=True)
        wanted.path.touch(mode=0o644)
        write_atomic(wanted.path, wanted.data)
    except OSError as error:
        raise WorkspaceError(f"{wanted.path}: {reason(error)}", "to see what it would hold: --print") from error
    return True


def remove(wanted: Service) -> bool:
    """Take its file away; False if there is none. Raises WorkspaceError."""
    try:
        wanted.path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise WorkspaceError(f"{wanted.path}: {reason(error)}", "remove it by hand") from error
    return True


def run(commands: Sequence[Sequence[str]]) -> str:
    """Run the manager's commands up to the first that fails; what it said, "" if all went well."""
    for command in commands:
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"{' '.join(command)}: {error}"
        if done.returncode:
            said = " ".join((done.stderr or done.stdout).split())
            return f"{' '.join(command)}: {said or f'exit {done.returncode}'}"
    return ""
