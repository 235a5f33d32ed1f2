"""The command line itself: its table of commands, its mistakes, and what it lets through to a terminal."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from neuromem_sync import agents
from neuromem_sync.cli import COMMANDS, NAMES, OTHER_WORDS, application, bar, columns, run, terminal
from neuromem_sync.cli.completion import SHELLS
from neuromem_sync.cli.hits import first_line
from neuromem_sync.cli.options import only_agent
from neuromem_sync.clock import ManualClock
from neuromem_sync.errors import NeuromemError

NEUROMEM = (sys.executable, "-m", "neuromem_sync")
ESCAPES = "\x1b[31mred\x1b[0m \x1b]0;title\x07bell\x07 \x9b2Jc1 \u202eflip\u202c \x1bP+q\x1b\\dcs\rback"


def command(name: str) -> click.Command:
    found = application.get_command(click.Context(application), name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_tells_what_each_says_of_itself(name: str) -> None:
    assert command(name).short_help == COMMANDS[name]
    assert command(name).help


@pytest.mark.parametrize("name", COMMANDS)
def test_no_agent_may_be_called_like_a_command(name: str) -> None:
    assert name in agents.RESERVED


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in {"init", "demo", "completion", "agents"}])
def test_every_command_about_an_agent_takes_it_by_option(name: str) -> None:
    assert "--agent" in {spelling for option in command(name).params for spelling in option.opts}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([name, "--help"]) == 0
    assert f"Usage: neuromem {name}" in capsys.readouterr().out


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown and text in shown for name, text in COMMANDS.items())


@pytest.mark.parametrize(("typed", "near"), [("snyc", "sync"), ("recal", "recall"), ("stat", "stats")])
def test_a_mistyped_command_gets_the_nearest(typed: str, near: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([typed]) == 2
    assert f"did you mean: neuromem {near}" in capsys.readouterr().err


def test_words_of_other_programs_lead_to_commands() -> None:
    words = [word for said in OTHER_WORDS.values() for word in said.split()]
    assert OTHER_WORDS.keys() <= {*COMMANDS, "--help", "--version"}
    assert not {*words} & {*COMMANDS}
    assert len(words) == len({*words}), "each leads to one"


@pytest.mark.parametrize(("words", "code"), [(["qqq", "--json"], "usage"), (["init", "--bad", "--json"], "usage")])
def test_errors_as_json(words: list[str], code: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words) == 2
    shown = capsys.readouterr()
    assert set(json.loads(shown.out)["error"]) == {"code", "message", "hint"}
    assert json.loads(shown.out)["error"]["code"] == code
    assert shown.err == ""


def test_a_query_about_json_is_no_wish_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["qqq", "--", "--json"]) == 2
    assert capsys.readouterr().out == ""


def test_no_words_at_all_is_a_mistake_that_is_helped(capsys: pytest.CaptureFixture[str]) -> None:
    assert run([]) == 2
    shown = capsys.readouterr()
    assert shown.err.startswith("Usage: neuromem")
    assert shown.out == ""


@pytest.mark.parametrize(
    ("raised", "code"),
    [(KeyboardInterrupt(), 130), (NeuromemError("no"), 2), (click.UsageError("no"), 2), (KeyError("no"), 2)],
)
def test_exit_codes_of_what_ends_a_command(raised: BaseException, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def ends() -> None:
        raise raised

    monkeypatch.setattr(application, "get_command", lambda ctx, name: click.Command("sync", callback=ends))
    assert run(["sync"]) == code


@pytest.mark.parametrize("code", [0, 1, 3, None])
def test_a_command_returns_its_exit_code(code: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(application, "get_command", lambda ctx, name: click.Command("sync", callback=lambda: code))
    assert run(["sync"]) == (code or 0)


def test_a_reader_that_has_gone_is_no_error() -> None:
    program = "import sys; from neuromem_sync.cli import main; sys.argv[1:] = ['completion', 'zsh']; main()"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([sys.executable, "-c", program], stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("words", ["--version", "recall --help", "completion zsh", "agents --json", "bogus --json"])
def test_output_that_has_no_room_is_said_and_no_defect(words: str) -> None:
    buffered = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    command = [*NEUROMEM, *words.split()]
    with open("/dev/full", "wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=buffered, check=False)
        mute = subprocess.run(command, stdout=full, stderr=full, env=buffered, check=False)
    assert done.returncode == mute.returncode == 2
    assert b"Traceback" not in done.stderr
    assert b"no space left" in done.stderr or words.startswith("bogus")


@pytest.mark.parametrize(("closed", "words", "code"), [(">&-", "--version", 0), ("2>&-", "bogus", 2)])
def test_a_stream_that_was_closed_before_is_done_without(closed: str, words: str, code: int) -> None:
    line = f"{shlex.join(NEUROMEM)} {words} {closed}"
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False)


@pytest.mark.parametrize(("agent", "words"), [(None, ("ava", "bo")), ("ava", ("bo",))])
def test_two_agents_are_too_many_for_one(agent: str | None, words: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError, match="one agent at a time"):
        only_agent(agent, words)


def test_a_word_that_is_no_agent_is_not_passed_over() -> None:
    with pytest.raises(NeuromemError, match="no agent is called 'avva'"):
        only_agent(None, ("avva",))


@pytest.mark.parametrize(("answer", "files"), [("y\n", 27), ("n\n", 1)])
def test_on_a_terminal_init_asks_before_it_completes_a_folder(answer: str, files: int, tmp_path: Path) -> None:
    root = tmp_path / "vault"
    root.mkdir()
    (root / "USER.md").write_text("mine", encoding="utf-8")
    keyboard, terminal = pty.openpty()
    os.write(keyboard, answer.encode())
    program = f"from neuromem_sync.cli import run; import sys; sys.exit(run(['init', {str(root)!r}]))"
    places = {"NEUROMEM_CONFIG": str(tmp_path / "config"), "NEUROMEM_STATE": str(tmp_path / "state")}
    done = subprocess.run(
        [sys.executable, "-c", program], stdin=terminal, stdout=terminal, stderr=terminal, env={**os.environ, **places}
    )
    shown = os.read(keyboard, 1 << 16).decode()
    os.close(keyboard)
    os.close(terminal)
    assert done.returncode == 0, shown
    assert "Add these 26?" in shown
    assert shown.count("mind/GOALS.md") == 1, "what was declined is not told again"
    assert sum(path.is_file() for path in root.rglob("*")) == files
    assert (root / "USER.md").read_text(encoding="utf-8") == "mine"


# --- what reaches a terminal


def test_recalled_text_cannot_move_the_cursor() -> None:
    assert terminal.clean(ESCAPES) == "red bell 2Jc1 flip dcsback"
    assert terminal.clean("a\tb\nc é 日本 👍🏽") == "a\tb\nc é 日本 👍🏽"


def test_json_is_exact_and_harmless(capsys: pytest.CaptureFixture[str]) -> None:
    hidden = f"{ESCAPES}\x7f\u200bx\U000e0041"
    terminal.emit({"text": hidden, "path": "caf\udce9.md"})
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"text": hidden, "path": "caf\udce9.md"}
    assert "\\u200bx\\udb40\\udc41" in shown
    assert shown.rstrip("\n").isprintable()


def test_an_error_is_one_line_and_a_hint(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.fail("x", "it is \x1b[2Jbroken", "mend it", as_json=False)
    assert capsys.readouterr().err == "error: it is broken\n  mend it\n"


def test_columns_are_as_wide_as_they_look(capsys: pytest.CaptureFixture[str]) -> None:
    columns.table([("日本", 7, "x"), ("a", 12, "é")], header=("name", "n", "z"))
    assert capsys.readouterr().out == "日本   7  x\na     12  é\n"
    columns.table([])
    assert capsys.readouterr().out == ""


def test_a_table_without_rows_is_nothing_on_a_terminal_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    columns.table([], header=("tag", "entries"))
    assert capsys.readouterr().out == ""
    columns.table([("ops", 7)], header=("tag", "entries"))
    assert capsys.readouterr().out == "tag  entries\nops        7\n"


@pytest.mark.parametrize(("number", "shown"), [(0, "0 entries"), (1, "1 entry"), (2, "2 entries")])
def test_counts_are_words(number: int, shown: str) -> None:
    assert terminal.counted(number, "entry") == shown


def test_no_bar_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with bar.progress("reading", iter(range(9)).__next__) as advance:
        advance(1, 2)
    assert capsys.readouterr() == ("", "")


def test_a_bar_appears_when_work_takes_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    clock = ManualClock()
    with bar.progress("reading ava", clock.monotonic) as advance:
        advance(1, 100)
        assert capsys.readouterr().err == ""
        clock.shift(bar.AFTER)
        advance(50, 100)
        advance(100, 100)
    assert "reading ava" in capsys.readouterr().err


# --- completion


@pytest.mark.parametrize("shell", SHELLS)
def test_completion_is_offered_under_both_names(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", shell]) == 0
    shown = capsys.readouterr().out
    assert all(f"_{name.upper().replace('-', '_')}_COMPLETE" in shown for name in NAMES)


def test_completion_knows_commands_and_agents(tmp_path: Path) -> None:
    places = {"NEUROMEM_CONFIG": str(tmp_path / "config"), "NEUROMEM_STATE": str(tmp_path / "state")}
    made = CliRunner().invoke(application, ["init", str(tmp_path / "ava")], env=places)
    assert made.exit_code == 0, made.output

    def offered(words: str, at: int) -> list[str]:
        asked = {
            **os.environ,
            **places,
            "_NEUROMEM_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(at),
        }
        program = "from neuromem_sync.cli import main; main()"
        done = subprocess.run([sys.executable, "-c", program], env=asked, capture_output=True, text=True, check=True)
        return done.stdout.split()

    assert offered("neuromem reca", 1) == ["plain,recall"]
    assert offered("neuromem init --agent=", 2) == []
    assert offered("neuromem sync a", 2) == ["plain,ava"]
    assert offered("neuromem agents rename a", 3) == ["plain,ava"]
    assert offered("neuromem config get recall.l", 3) == ["plain,recall.limit"]
    assert offered("neuromem tags --prefix o", 3) == [], "nothing is indexed yet"
    (tmp_path / "ava" / "notes.md").write_text("- one #ops/incident\n", encoding="utf-8")
    assert CliRunner().invoke(application, ["sync", str(tmp_path / "ava")], env=places).exit_code == 0
    assert offered("neuromem tags --prefix o", 3) == ["plain,ops", "plain,ops/incident"]
    assert offered("neuromem timeline ava --tag ops/", 4) == ["plain,ops/incident"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("### 14:10\n\nThe gateway moved.", "The gateway moved."),
        ("## 2:05 PM\n- tea", "- tea"),
        ("### 14:10 — Gateway\n\nIt moved.", "### 14:10 — Gateway"),
        ("### 14:10", "### 14:10"),
        ("\n  plain", "plain"),
        ("", ""),
    ],
)
def test_of_an_entry_that_only_a_time_heads_the_line_below_is_shown(text: str, shown: str) -> None:
    assert first_line(text) == shown


def test_of_a_line_what_is_empty_leaves_no_gap(capsys: pytest.CaptureFixture[str]) -> None:
    terminal.line(terminal.styled("a.md:1", "strong"), terminal.styled("", "faint"), terminal.styled("tea", "plain"))
    assert click.unstyle(capsys.readouterr().out) == "a.md:1 tea\n"
