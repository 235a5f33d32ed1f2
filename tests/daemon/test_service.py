"""The daemon as a service: what the manager's own checker says of the unit, and what the daemon tells a manager."""

from __future__ import annotations

import os
import plistlib
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from neuromem_sync.daemon import service as services
from neuromem_sync.daemon.notices import Notices
from neuromem_sync.daemon.service import install, remove, run, service
from neuromem_sync.errors import WorkspaceError
from tests.workshop import Workshop, eventually

ODD = 'a b%i"$HOME\\é'


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody whose folders have names that a unit has its own meaning for."""
    return {"HOME": str(tmp_path), "NEUROMEM_STATE": str(tmp_path / ODD), "NEUROMEM_AGENT": "bo"}


@pytest.mark.skipif(sys.platform != "linux", reason="systemd is Linux")
class TestSystemd:
    def test_its_checker_finds_nothing(self, home: dict[str, str], tmp_path: Path) -> None:
        checker = shutil.which("systemd-analyze")
        if checker is None:
            assert os.environ.get("CI") != "true", "systemd-analyze is missing"
            pytest.skip("systemd-analyze is missing: install systemd to have the unit checked")
        wanted = service(("ava",), home)
        install(wanted)
        done = subprocess.run(
            [checker, "verify", "--user", "--man=no", str(wanted.path)],
            capture_output=True, text=True, check=False, timeout=60,
            env={**os.environ, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")

    def test_words_are_quoted_and_no_specifier(self, home: dict[str, str]) -> None:
        text = service(("ava",), home).data.decode()
        said = ODD.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
        assert f'/{said}"\n' in text
        assert f'ExecStart="{sys.executable}" "-P" "-m" "neuromem_sync" "watch" "ava"\n' in text

    def test_it_is_not_told_who_installed_it(self, home: dict[str, str]) -> None:
        text = service((), home).data.decode()
        assert "NEUROMEM_AGENT=" not in text
        assert "UnsetEnvironment=NEUROMEM_AGENT" in text

    def test_the_user_s_own_folder_of_units(self, home: dict[str, str], tmp_path: Path) -> None:
        assert service((), home).path == tmp_path / ".config/systemd/user/neuromem-sync.service"
        elsewhere = service((), {**home, "XDG_CONFIG_HOME": "/elsewhere"})
        assert elsewhere.path == Path("/elsewhere/systemd/user/neuromem-sync.service")


def test_an_agent_of_launchd(home: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.sys, "platform", "darwin")
    wanted = service(("ava",), home)
    told = plistlib.loads(wanted.data)
    assert wanted.path == tmp_path / "Library/LaunchAgents/org.neuromem.sync.plist"
    assert told["ProgramArguments"] == [sys.executable, "-P", "-m", "neuromem_sync", "watch", "ava"]
    assert told["EnvironmentVariables"] == {"NEUROMEM_STATE": str(tmp_path / ODD)}
    assert told["KeepAlive"] == {"SuccessfulExit": False}


def test_installing_again_changes_nothing(home: dict[str, str]) -> None:
    wanted = service((), home)
    assert [install(wanted), install(wanted)] == [True, False]
    assert install(service(("ava",), home))
    assert [remove(wanted), remove(wanted)] == [True, False]


def test_a_folder_that_cannot_be_made_is_told(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file")
    with pytest.raises(WorkspaceError, match=r"\.config/systemd/user/neuromem-sync\.service") as told:
        install(service((), home))
    assert "--print" in told.value.hint


def test_a_manager_that_refuses_is_quoted() -> None:
    assert run([("true",), ("sh", "-c", "echo no bus >&2; exit 1"), ("touch", "/never")]) == (
        "sh -c echo no bus >&2; exit 1: no bus"
    )
    assert "no-such-manager" in run([("no-such-manager",)])
    assert run([("true",)]) == ""


@contextmanager
def manager(path: str) -> Iterator[socket.socket]:
    """The socket on which a service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.bind(path)
        channel.settimeout(20)
        yield channel


def test_ready_alive_and_stopping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real daemon: it is ready only when everything written before its start can be recalled."""
    shop = Workshop(tmp_path)
    shop.write("kettle.md", "- the kettle is blue\n")
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "200000")
    with manager(str(tmp_path / "notify")) as listening:
        with shop.daemon():
            heard = [listening.recv(4096).decode()]
            while not heard[-1].startswith("READY=1"):
                heard.append(listening.recv(4096).decode())
            answer = shop.recall("kettle")
            beats = sum(listening.recv(4096) == b"WATCHDOG=1" for _ in range(3))
        while heard[-1] != "STOPPING=1":
            heard.append(listening.recv(4096).decode())
    assert heard.count("READY=1\nSTATUS=keeps ava in step") == 1
    assert [hit.text for hit in answer] == ["- the kettle is blue"]
    assert beats == 3


def test_a_workspace_that_fails_does_not_keep_the_others_from_being_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Workshop(tmp_path)
    shop.write("kettle.md", "- the kettle is blue\n")
    shop.sync()
    (shop.workspace.state / "index.db").write_bytes(b"no database" * 1000)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("NEUROMEM_STATE", str(shop.home))
    other = tmp_path / "bo"
    other.mkdir()
    with manager(str(tmp_path / "notify")) as listening:
        command = [sys.executable, "-m", "neuromem_sync", "watch", str(shop.root), str(other)]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            assert listening.recv(4096).startswith(b"READY=1")
        finally:
            process.terminate()
            process.wait(20)


def _drain(channel: socket.socket) -> None:
    channel.setblocking(False)
    with suppress(BlockingIOError):
        while channel.recv(4096):
            pass


class TestNotices:
    @pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@neuromem-test-of-nobody"])
    def test_nobody_listens(self, address: str) -> None:
        Notices({"NOTIFY_SOCKET": address}).ready("in step")

    def test_a_manager_that_does_not_read_holds_nothing_up(self, tmp_path: Path) -> None:
        with manager(str(tmp_path / "notify")):
            notices = Notices({"NOTIFY_SOCKET": str(tmp_path / "notify")})
            for _ in range(2000):
                notices.stopping()

    def test_an_abstract_socket(self) -> None:
        name = f"neuromem-test-{os.getpid()}"
        with manager("\0" + name) as listening:
            Notices({"NOTIFY_SOCKET": f"@{name}"}).stopping()
            assert listening.recv(64) == b"STOPPING=1"

    @pytest.mark.parametrize(
        ("environment", "every"),
        [
            ({}, None),
            ({"WATCHDOG_USEC": "3000000"}, 1.5),
            ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}, 1.5),
            ({"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}, None),
            ({"WATCHDOG_USEC": "soon"}, None),
            ({"WATCHDOG_USEC": "0"}, None),
        ],
    )
    def test_how_often(self, environment: dict[str, str], every: float | None) -> None:
        assert Notices(environment).every == every


def test_the_watchdog_is_fed_by_the_loop_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is stopped gives no sign of life."""
    import signal

    shop = Workshop(tmp_path)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    with manager(str(tmp_path / "notify")) as listening, shop.daemon() as process:
        process.send_signal(signal.SIGSTOP)
        try:
            assert eventually(lambda: "T (stopped)" in Path(f"/proc/{process.pid}/status").read_text())
            _drain(listening)
            listening.settimeout(0.5)
            with pytest.raises(TimeoutError):
                listening.recv(4096)
        finally:
            process.send_signal(signal.SIGCONT)
