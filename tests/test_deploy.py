"""The compose file, which no container engine runs here: what docs/servers.md promises of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.neo4j_server import PAGE as POM

FILE = Path(__file__).parent.parent / "deploy/compose.yaml"
TEXT = FILE.read_text(encoding="utf-8")
COMPOSED: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSED["services"]
each_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def test_it_has_both_servers_and_what_it_names() -> None:
    assert set(COMPOSED) == {"services", "volumes"}
    assert set(SERVICES) == {"redis", "neo4j"}


@each_service
def test_an_image_is_of_one_version(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"[a-z0-9]+:\d+\.\d+(-[a-z]+)?", service["image"])


def test_the_versions_are_those_that_are_supported_and_tested() -> None:
    assert int(SERVICES["redis"]["image"].partition(":")[2].partition(".")[0]) >= 6
    tested = re.search(r"<neo4j>(\d+\.\d+)\.", POM.read_text(encoding="utf-8"))
    assert tested is not None
    assert SERVICES["neo4j"]["image"] == f"neo4j:{tested[1]}-community"


@each_service
def test_only_this_machine_reaches_it_at_the_port_that_settings_mean(service: dict[str, Any]) -> None:
    (port,) = service["ports"]
    assert re.fullmatch(r"127\.0\.0\.1:(6379:6379|7687:7687)", port)


@each_service
def test_its_data_outlives_the_container(service: dict[str, Any]) -> None:
    assert [each.partition(":") for each in service["volumes"]] == [(service["image"].partition(":")[0], ":", "/data")]
    assert set(COMPOSED["volumes"]) == set(SERVICES)


@each_service
def test_it_does_not_start_without_a_password_and_the_file_has_none(service: dict[str, Any]) -> None:
    given = [value for value in service["environment"].values() if "PASSWORD" in str(value)]
    assert [re.sub(r"\w+_PASSWORD", "X", value) for value in given] in (
        ["${X:?set it in .env}"],
        ["neo4j/${X:?set it in .env}"],
    )


def test_a_variable_is_filled_in_by_compose_or_left_to_the_container() -> None:
    """`$$` is a dollar for the container, `${NAME:?…}` is demanded of whoever starts it; nothing else is filled in."""
    filled = re.findall(r"(?<!\$)(?:\$\$)*\$(?!\$)(\S*)", re.sub(r"#.*", "", TEXT))
    assert {re.sub(r":.*", "", each) for each in filled} == {"{REDIS_PASSWORD", "{NEO4J_PASSWORD"}


@each_service
def test_its_health_is_asked_with_the_password(service: dict[str, Any]) -> None:
    check = service["healthcheck"]
    assert set(check) == {"test", "interval", "timeout", "retries"}
    kind, command = check["test"]
    assert kind == "CMD-SHELL"
    assert re.search(r"\$\$(REDIS_PASSWORD|\{NEO4J_AUTH#\*/\})", command)
