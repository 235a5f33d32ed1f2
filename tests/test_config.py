"""Settings: what wins over what, and what is refused with which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuromem_sync.config import Agent, Settings, config_path, load, state_home
from neuromem_sync.errors import ConfigError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path))
    return tmp_path / "config.toml"


def refused(text: str, config: Path, **environment: str) -> tuple[str, str]:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(environment=environment)
    return error.value.message, error.value.hint


def test_defaults_stand_without_a_file(config: Path) -> None:
    assert load(environment={}) == Settings()
    assert (Settings().working.tokens, Settings().working.ttl_s, Settings().episodic.retention_days) == (8000, 300, 90)


def test_later_wins(config: Path, tmp_path: Path) -> None:
    config.write_text("[working]\ntokens = 1\nttl_s = 1\n[recall]\nlimit = 1\n", encoding="utf-8")
    root = tmp_path / "w"
    root.mkdir()
    (root / ".neuromem.toml").write_text("[working]\ntokens = 2\nttl_s = 2\n", encoding="utf-8")
    settings = load(root, environment={"NEUROMEM_WORKING_TOKENS": "3", "HOME": "/x"})
    assert (settings.working.tokens, settings.working.ttl_s, settings.recall.limit) == (3, 2, 1)


def test_agents(config: Path) -> None:
    config.write_text(
        '[agents.ava]\nroot = "/x/ava"\nzone = "Europe/Vienna"\n[agents.bo]\nroot = "/x/bo"\n', encoding="utf-8"
    )
    assert load(environment={}).agents == {
        "ava": Agent(root=Path("/x/ava"), zone="Europe/Vienna"),
        "bo": Agent(root=Path("/x/bo"), zone="UTC"),
    }


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[workin]\n", "there is no 'workin'", "did you mean working?"),
        ("[working]\ntoken = 1\n", "working: there is no 'token'", "did you mean tokens?"),
        ("[agents.ava]\nroot = '/x'\nzoned = 1\n", "agents.ava: there is no 'zoned'", "did you mean zone?"),
        ("[working]\nqqq = 1\n", "working: there is no 'qqq'", "known: tokens, ttl_s"),
        ("working = 1\n", "working is no section", "write [working] on a line of its own"),
        ("[agents]\nava = 1\n", "agents.ava is no section", "write [agents.ava] on a line of its own"),
        ("[agents.ava]\n", "agents.ava: root and zone are words", 'write root = "/path/of/ava"'),
        ('[agents.ava]\nroot = "a\\u0000b"\n', "agents.ava: root and zone are words", 'write root = "/path/of/ava"'),
        (
            "[agents.ava]\nroot = '/x'\nzone = 'Mars/Olympus'\n",
            "no zone 'Mars/Olympus'",
            'write its IANA name: zone = "Europe/Vienna"',
        ),
        ("[working]\ntokens = 'many'\n", "whole number from 0 up, not 'many'", "the default is 8000"),
        ("[working]\ntokens = -1\n", "whole number from 0 up, not -1", "the default is 8000"),
        ("[working]\ntokens = true\n", "whole number from 0 up, not True", "the default is 8000"),
        ("[working]\ntokens = 1.5\n", "whole number from 0 up, not 1.5", "the default is 8000"),
        ("[working\n", "config.toml", "mend the file, or move it away"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str, hint: str, config: Path) -> None:
    said, next_step = refused(text, config)
    assert message in said
    assert str(config) in said
    assert next_step == hint


def test_environment_is_held_to_the_same_rules(config: Path) -> None:
    assert refused("", config, NEUROMEM_WORKING_TOKNES="1")[1] == "did you mean NEUROMEM_WORKING_TOKENS?"
    assert "NEUROMEM_WORKING_TOKENS" in refused("", config, NEUROMEM_WORKING_TOKENS="many")[0]


@pytest.mark.parametrize("text", ["[places]\nstate = '/etc'\n", "[agents.eve]\nroot = '/'\n"])
def test_a_workspace_may_not_reach_out(text: str, config: Path, tmp_path: Path) -> None:
    (tmp_path / ".neuromem.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\.neuromem\.toml"):
        load(tmp_path, environment={})


def test_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path / "own.toml"))
    monkeypatch.setenv("NEUROMEM_STATE", str(tmp_path / "state"))
    assert (config_path(), state_home()) == (tmp_path / "own.toml", tmp_path / "state")
    monkeypatch.delenv("NEUROMEM_CONFIG")
    monkeypatch.delenv("NEUROMEM_STATE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert config_path().parts[-2:] == ("neuromem", "config.toml")
    assert state_home().name == "neuromem"


def test_a_time_of_day_is_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path))
    assert load(environment={"NEUROMEM_CONSOLIDATE_AT": ""}).consolidate.at == ""
    for wrong in ("25:00", "3:30", "330", "noon"):
        with pytest.raises(ConfigError) as refused:
            load(environment={"NEUROMEM_CONSOLIDATE_AT": wrong})
        assert "03:30" in refused.value.hint
    (tmp_path / "config.toml").write_text("[consolidate]\nat = 330\n")
    with pytest.raises(ConfigError, match=r"consolidate\.at"):
        load(environment={})
