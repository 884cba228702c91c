"""The project is not installed: a path file and a script stand in for that."""

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_an_empty_environment_can_import_the_project_from_anywhere_and_has_its_script(tmp_path: Path) -> None:
    venv.create(tmp_path / "made", with_pip=False)
    python = tmp_path / "made" / "bin" / "python"

    subprocess.run([python, "-m", "tools.environment"], cwd=ROOT, check=True)

    ran = subprocess.run(
        [python, "-c", "import keys; print(keys.__file__)"], cwd=tmp_path, check=True, capture_output=True
    )
    assert Path(ran.stdout.decode().strip()) == ROOT / "keys" / "__init__.py"
    script = (tmp_path / "made" / "bin" / "handover").read_text()
    assert script.startswith(f"#!{python}\n")
    assert "from handover.cli import main" in script


def test_this_environment_has_the_script() -> None:
    assert (Path(sys.prefix) / "bin" / "handover").stat().st_mode & 0o111
