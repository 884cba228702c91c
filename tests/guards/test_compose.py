"""`docker-compose.yml` and `Dockerfile`, which no test runs: of the right form, and of nothing that does not exist."""

from __future__ import annotations

import json
import tomllib
from dataclasses import fields
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from handover.cli import parse
from handover.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OURS = "warme-overdracht:"


def compose() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return read


def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose()["services"]
    return found


def ours() -> dict[str, dict[str, Any]]:
    return {name: service for name, service in services().items() if str(service["image"]).startswith(OURS)}


def test_it_is_a_compose_file() -> None:
    schema = json.loads((ROOT / "tests/vectors/compose/compose-spec.json").read_text(encoding="utf-8"))

    assert [error.message for error in Draft202012Validator(schema).iter_errors(compose())] == []


def test_the_schema_would_refuse_a_word_that_compose_does_not_know() -> None:
    schema = json.loads((ROOT / "tests/vectors/compose/compose-spec.json").read_text(encoding="utf-8"))
    wrong = compose()
    wrong["services"]["web"]["healthchek"] = {}

    assert any(Draft202012Validator(schema).iter_errors(wrong))


def test_the_parts_of_production_are_there() -> None:
    assert {"migrate", "web", "worker", "postgres", "valkey", "s3", "mail"} <= services().keys()
    assert {"migrate", "region", "web", "worker"} == ours().keys()


@pytest.mark.parametrize("name", sorted(ours()))
def test_each_setting_is_known_and_together_they_are_good(name: str) -> None:
    environment = ours()[name]["environment"]

    assert Settings.from_environ(environment).wrong() == []
    assert environment.keys() <= {f"HANDOVER_{field.name.upper()}" for field in fields(Settings)}


@pytest.mark.parametrize("name", sorted(ours()))
def test_each_command_exists(name: str) -> None:
    program, *arguments = ours()[name]["command"]

    assert program == "handover"
    assert callable(parse(arguments).verb)


def test_a_command_that_does_not_exist_would_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["beat"])
    assert "invalid choice" in capsys.readouterr().err


def test_work_that_must_run_once_runs_once() -> None:
    workers = [service for service in services().values() if service.get("command") == ["handover", "worker"]]

    assert [worker["deploy"]["replicas"] for worker in workers] == [1]


def test_nothing_is_reachable_from_another_machine() -> None:
    ports = [port for service in services().values() for port in service.get("ports", [])]

    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_each_image_has_a_version_and_what_runs_on_has_a_health_check() -> None:
    images = [service["image"].rpartition(":")[2] for service in services().values()]
    run_on = [name for name, service in services().items() if service.get("restart") == "unless-stopped"]

    assert [tag for tag in images if not any(sign.isdigit() for sign in tag)] == []
    assert [name for name in run_on if "healthcheck" not in services()[name]] == []


def test_who_is_waited_for_is_there_and_can_be_waited_for() -> None:
    for name, service in services().items():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services()[other], f"{name} waits for the health of {other}"
            else:
                assert services()[other].get("restart", "no") != "unless-stopped", f"{other} never completes"


def test_the_image_is_built_of_files_that_are_there() -> None:
    copied = [
        place
        for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for place in line.split()[1:-1]
    ]

    assert "handover" in copied
    assert [place for place in copied if not (ROOT / place).exists()] == []
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] == "!"}
    assert set(copied) == let_in


def image() -> list[list[str]]:
    """The lines of the Dockerfile as words, those that go on on the next joined."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    return [line.split() for line in text.splitlines() if line and not line.startswith("#")]


def test_the_image_is_made_of_what_is_there_and_of_all_that_is_installed() -> None:
    copied = {
        name for verb, *words in image() if verb == "COPY" and not words[0].startswith("--") for name in words[:-1]
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packages = set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])

    assert all((ROOT / name).exists() for name in copied)
    assert packages | {"pyproject.toml", "requirements.lock.txt", project["project"]["readme"]} <= copied


def test_what_the_image_runs_exists() -> None:
    (command,) = (json.loads(" ".join(words)) for verb, *words in image() if verb == "CMD")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    versions = {words[0] for verb, *words in image() if verb == "FROM"}

    assert command[0] in project["scripts"]
    assert callable(parse(command[1:]).verb)
    assert versions == {f"python:{project['requires-python'].removeprefix('>=')}-slim-bookworm"}
    assert command == ours()["web"]["command"]


def test_the_worker_is_known_by_the_module_that_it_becomes() -> None:
    """The health check looks for it in the command line of the first process, which `handover worker` turns into."""
    check = " ".join(ours()["worker"]["healthcheck"]["test"])

    assert 'b"handover.worker"' in check
    assert find_spec("handover.worker")
