"""Where servers are: read from files and variables, never from a workspace, and never printed with a password."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuromem_sync import configure
from neuromem_sync.config import load
from neuromem_sync.errors import ConfigError

REDIS = "redis://ava:s3same@db.example:6380/2"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NEUROMEM_CONFIG", str(tmp_path))
    return tmp_path / "config.toml"


def test_both_are_sections_of_layers(config: Path) -> None:
    config.write_text(
        f'[layers.working]\nurl = "{REDIS}"\n[layers.semantic]\nurl = "neo4j+s://g"\nuser = "u"\npassword = "p w"\n',
        encoding="utf-8",
    )
    layers = load(environment={}).layers
    assert (layers.working.url, layers.semantic.url) == (REDIS, "neo4j+s://g")
    assert (layers.semantic.user, layers.semantic.password) == ("u", "p w")


def test_the_short_variable_goes_before_the_long_one_and_that_before_the_file(config: Path) -> None:
    config.write_text('[layers.semantic]\nuser = "file"\npassword = "file"\n', encoding="utf-8")
    given = {
        "NEUROMEM_NEO4J_PASSWORD": "1234",
        "NEUROMEM_LAYERS_SEMANTIC_PASSWORD": "long",
        "NEUROMEM_LAYERS_SEMANTIC_USER": "long",
        "NEUROMEM_REDIS_URL": REDIS,
    }
    layers = load(environment=given).layers
    assert (layers.semantic.user, layers.semantic.password, layers.working.url) == ("long", "1234", REDIS)


def test_a_workspace_names_no_server(config: Path, tmp_path: Path) -> None:
    (tmp_path / ".neuromem.toml").write_text(f'[layers.working]\nurl = "{REDIS}"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="there is no 'layers'"):
        load(tmp_path, environment={})


@pytest.mark.parametrize(
    "text",
    [
        '[layers.working]\nurl = "http://:s3same@x"\n',
        '[layers.working]\nurl = "redis://:p@s3same/x@host:1/0"\n',
        '[layers.working]\nurl = "redis://:p/s3same@host:1/0"\n',
        '[layers.semantic]\nurl = "bolt://neo4j:s3same@x"\n',
        '[layers.semantic]\npassword = "s3same\\n"\n',
        "[layers]\nworking = 's3same'\n",
    ],
)
def test_what_is_refused_is_not_repeated(config: Path, text: str) -> None:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        load(environment={})
    assert "s3same" not in f"{error.value.message} {error.value.hint}"


@pytest.mark.parametrize(
    "url", ["redis://h:99999", "redis://h:0", "redis://h:x", "redis://", "redis://[::1", "redis://h/x"]
)
def test_an_address_that_leads_nowhere_is_refused_where_it_is_written(config: Path, url: str) -> None:
    with pytest.raises(ConfigError, match="is not the URL of a Redis"):
        configure.set_value("layers.working.url", url)
    with pytest.raises(ConfigError, match="is not the URL of a Neo4j"):
        configure.set_value("layers.semantic.url", url.replace("redis", "bolt"))


def test_what_is_wrong_in_the_file_can_be_set_right(config: Path) -> None:
    config.write_text('[layers.working]\nurl = "redis//typo"\n[recall]\nlimit = 5\n', encoding="utf-8")
    configure.set_value("layers.working.url", REDIS)
    assert load(environment={}).layers.working.url == REDIS
    config.write_text('[layers.working]\nurl = "redis//typo"\n[recall]\nlimit = 5\n', encoding="utf-8")
    assert configure.unset("layers.working.url") == ""
    assert config.read_text(encoding="utf-8") == "[recall]\nlimit = 5\n"


def test_no_representation_and_no_list_has_a_password(config: Path) -> None:
    environment = {"NEUROMEM_REDIS_URL": REDIS, "NEUROMEM_NEO4J_PASSWORD": "s3same"}
    assert "s3same" not in repr(load(environment=environment))
    found = {each.key: each for each in configure.settings(None, environment)}
    assert found["layers.working.url"].value == "redis://ava:***@db.example:6380/2"
    assert found["layers.semantic.password"].value == "***"
    assert found["layers.semantic.password"].source == "NEUROMEM_NEO4J_PASSWORD"
    assert found["layers.semantic.user"].value == "neo4j"


@pytest.mark.parametrize(
    "url",
    ["redis://:s3%2Fs%40me@host:1/0", "redis://u:s3same@host", "rediss://:s3same@[::1]:6379", "redis://host:6379"],
)
def test_of_a_url_the_rest_stays_to_be_seen(config: Path, url: str) -> None:
    said = str(configure.setting("layers.working.url", environment={"NEUROMEM_REDIS_URL": url}).value)
    assert "s3" not in said
    assert said.endswith(url.rpartition("@")[2].removeprefix("redis://"))


def test_setting_one_writes_its_section_and_hides_it_in_the_answer(config: Path) -> None:
    config.write_text("# mine\n[recall]\nlimit = 5\n", encoding="utf-8")
    assert configure.set_value("layers.working.url", REDIS) == REDIS.replace("s3same", "***")
    configure.set_value("layers.semantic.user", "ava")
    configure.set_value("layers.semantic.password", "12")
    text = config.read_text(encoding="utf-8")
    assert text.startswith("# mine\n[recall]\nlimit = 5\n")
    assert load(environment={}).layers.working.url == REDIS
    assert load(environment={}).layers.semantic.password == "12"
    assert config.stat().st_mode & 0o077 == 0
