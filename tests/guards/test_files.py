"""The shape of the files themselves."""

import ast
import json
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _code() -> list[Path]:
    return [path for room in ("handover", "schemas", "keys") for path in sorted((ROOT / room).rglob("*.py"))]


@pytest.mark.parametrize(
    "path", [path for path in _code() if path.name == "__init__.py"], ids=lambda path: path.parent.name
)
def test_a_package_file_holds_one_docstring_and_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text())

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


def test_no_file_is_named_after_a_role_or_after_nothing() -> None:
    vague = {"utils", "util", "helpers", "helper", "common", "misc", "models", "views", "forms"}

    assert [str(path) for path in _code() if path.stem in vague] == []


def test_the_locks_name_no_place_to_fetch_from() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    package_names = {name for name in packages if name}

    assert package_names
    assert [name for name in package_names if "resolved" in packages[name]] == []
    assert [name for name in package_names if not packages[name].get("integrity")] == []
    assert "://" not in (ROOT / "requirements.lock.txt").read_text()
