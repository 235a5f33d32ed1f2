"""Which agent is meant, and how one is registered."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from neuromem_sync import agents
from neuromem_sync.config import config_path, load, state_home
from neuromem_sync.errors import ConfigError, NeuromemError, WorkspaceError
from neuromem_sync.workspace import Workspace


@pytest.fixture(autouse=True)
def _own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))


@pytest.fixture
def house(tmp_path: Path) -> dict[str, Workspace]:
    """Two agents, each with a folder of notes."""
    for name in ("ava", "bo"):
        (tmp_path / name / "notes").mkdir(parents=True)
        agents.register(name, tmp_path / name, "Europe/Vienna")
    return agents.registered(load(environment={}))


def meant(house: dict[str, Workspace], *words: str, agent: str | None = None, cwd: Path) -> tuple[str, tuple[str, ...]]:
    workspace, rest = agents.one(agent, words, house, cwd)
    return workspace.agent, rest


def test_the_option_goes_before_the_first_word(house: dict[str, Workspace], tmp_path: Path) -> None:
    assert meant(house, "ava", "tea", agent="bo", cwd=tmp_path) == ("bo", ("ava", "tea"))


def test_a_home_that_nobody_has_is_a_folder_that_is_not_there(house: dict[str, Workspace], tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no such folder"):
        meant(house, agent="~nobody-of-this-name/notes", cwd=tmp_path)


@pytest.mark.parametrize("word", [f"{'either ' * 60}and/or", "a/" + "b" * 300, "no\0thing/else"])
def test_a_question_that_no_path_could_be_names_no_folder(
    house: dict[str, Workspace], tmp_path: Path, word: str
) -> None:
    assert meant(house, word, cwd=tmp_path / "ava") == ("ava", (word,))


def test_the_first_word_goes_before_the_environment(
    house: dict[str, Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROMEM_AGENT", "bo")
    assert meant(house, "ava", "tea", cwd=tmp_path) == ("ava", ("tea",))
    assert meant(house, "tea", cwd=tmp_path) == ("bo", ("tea",))


def test_the_environment_goes_before_the_place(
    house: dict[str, Workspace], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROMEM_AGENT", "bo")
    assert meant(house, cwd=tmp_path / "ava") == ("bo", ())


def test_the_place_may_be_deep_inside(house: dict[str, Workspace], tmp_path: Path) -> None:
    assert meant(house, "tea", cwd=tmp_path / "ava" / "notes") == ("ava", ("tea",))


def test_the_only_one_needs_no_name(house: dict[str, Workspace], tmp_path: Path) -> None:
    assert meant({"bo": house["bo"]}, "tea", cwd=tmp_path) == ("bo", ("tea",))


def test_else_they_are_named(house: dict[str, Workspace], tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="which agent\\? there are ava, bo") as error:
        meant(house, "tea", cwd=tmp_path)
    assert error.value.exit_code == 2


def test_without_any_the_hint_is_init(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no agent is registered") as error:
        agents.several(None, (), {}, tmp_path)
    assert "neuromem init" in error.value.hint


def test_a_path_need_not_be_registered(house: dict[str, Workspace], tmp_path: Path) -> None:
    (tmp_path / "My Notes").mkdir()
    workspace, rest = agents.one(None, (f"{tmp_path}/My Notes", "tea"), house, tmp_path)
    assert (workspace.agent, workspace.root, workspace.registered) == ("my-notes", tmp_path / "My Notes", False)
    assert rest == ("tea",)
    assert agents.named(".", house, tmp_path / "My Notes").root == workspace.root


def test_a_path_into_a_registered_workspace_means_it(house: dict[str, Workspace], tmp_path: Path) -> None:
    assert agents.named("./notes", house, tmp_path / "ava") == house["ava"]


def test_a_slash_in_a_question_is_no_path(house: dict[str, Workspace], tmp_path: Path) -> None:
    assert meant(house, "and/or", "tea", cwd=tmp_path / "ava") == ("ava", ("and/or", "tea"))
    with pytest.raises(WorkspaceError, match="no such folder"):
        meant(house, "./nowhere", "tea", cwd=tmp_path / "ava")


def test_a_document_names_the_workspace_it_lies_in(house: dict[str, Workspace], tmp_path: Path) -> None:
    assert agents.named("./bo/notes/gone.md", house, tmp_path).agent == "bo"
    with pytest.raises(WorkspaceError, match="no such folder"):
        agents.named("./elsewhere/a.md", house, tmp_path)


def test_several(house: dict[str, Workspace], tmp_path: Path) -> None:
    ava, bo = house["ava"], house["bo"]
    assert agents.several(None, (), house, tmp_path) == (ava, bo)
    assert agents.several(None, (), house, tmp_path / "bo") == (bo,)
    assert agents.several(None, ("bo", "ava", str(tmp_path / "bo")), house, tmp_path) == (bo, ava)
    assert agents.several("ava", (), house, tmp_path) == (ava,)


def test_a_mistyped_agent_gets_the_nearest(house: dict[str, Workspace], tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no agent is called 'aba'") as error:
        agents.several(None, ("aba",), house, tmp_path)
    assert error.value.hint == "did you mean ava?"


def test_registering_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    config_path().parent.mkdir()
    config_path().write_text("# mine\n[working]\ntokens = 7  # few\n", encoding="utf-8")
    agents.register("ava", tmp_path / "ava", "Asia/Tokyo")
    text = config_path().read_text(encoding="utf-8")
    assert text.startswith("# mine\n[working]\ntokens = 7  # few\n")
    assert load(environment={}).agents["ava"].zone == "Asia/Tokyo"
    assert stat.S_IMODE(config_path().stat().st_mode) == 0o600
    assert [path.name for path in config_path().parent.iterdir()] == ["config.toml"]


def test_registering_writes_through_a_link(tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.touch()
    config_path().parent.mkdir()
    config_path().symlink_to(kept)
    agents.register("ava", tmp_path / "ava", "UTC")
    assert config_path().is_symlink()
    assert "[agents.ava]" in kept.read_text(encoding="utf-8")


def test_registering_again_changes_nothing(house: dict[str, Workspace], tmp_path: Path) -> None:
    before = config_path().read_bytes()
    assert agents.register("ava", tmp_path / "ava", "Asia/Tokyo") == house["ava"]
    assert config_path().read_bytes() == before


def clashes(tmp_path: Path) -> dict[str, tuple[str, Path]]:
    return {
        "lives in": ("ava", tmp_path / "other"),
        "is the workspace of 'ava'": ("eve", tmp_path / "ava"),
        "lie one in the other": ("eve", tmp_path / "ava" / "notes"),
        "is no name": ("Eve!", tmp_path / "eve"),
        "is a word of the command line": ("sync", tmp_path / "eve"),
        "lies in the workspace": ("eve", tmp_path / "state" / ".."),
    }


@pytest.mark.parametrize("message", list(clashes(Path())))
def test_clashes_are_refused_and_leave_no_trace(message: str, house: dict[str, Workspace], tmp_path: Path) -> None:
    before = config_path().read_bytes()
    name, root = clashes(tmp_path)[message]
    with pytest.raises(NeuromemError, match=message):
        agents.register(name, root, "UTC")
    assert config_path().read_bytes() == before


def test_a_broken_configuration_is_not_overwritten(tmp_path: Path) -> None:
    config_path().parent.mkdir()
    config_path().write_text("[agents\n", encoding="utf-8")
    with pytest.raises(ConfigError):
        agents.register("ava", tmp_path / "ava", "UTC")
    assert config_path().read_text(encoding="utf-8") == "[agents\n"


def test_state_is_one_folder_an_agent(house: dict[str, Workspace]) -> None:
    assert house["ava"].state.parent == house["bo"].state.parent == state_home()
    assert house["ava"].state != house["bo"].state


def test_a_root_that_became_a_link_to_another_s_is_refused(house: dict[str, Workspace], tmp_path: Path) -> None:
    (tmp_path / "ava").rename(tmp_path / "away")
    (tmp_path / "ava").symlink_to(tmp_path / "bo")
    known = agents.registered(load(environment={}))
    for asked in (("ava",), ("bo",)):
        with pytest.raises(WorkspaceError, match="are one or lie one in the other"):
            agents.one(None, asked, known, tmp_path)
        with pytest.raises(WorkspaceError, match="are one or lie one in the other"):
            agents.several(None, asked, known, tmp_path)


def test_roots_written_into_one_another_are_refused(house: dict[str, Workspace], tmp_path: Path) -> None:
    text = config_path().read_text()
    config_path().write_text(text.replace(f'"{tmp_path}/bo"', f'"{tmp_path}/ava/notes"'))
    known = agents.registered(load(environment={}))
    with pytest.raises(WorkspaceError, match=r"the folder of 'ava', .* and that of 'bo', .* are one"):
        agents.one("ava", (), known, tmp_path)


def test_a_folder_above_an_agent_s_is_nobody_s_memory(house: dict[str, Workspace], tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match=r"that folder, .*, and that of 'ava'"):
        agents.one(str(tmp_path), (), house, tmp_path)
