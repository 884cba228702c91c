"""Make this work tree importable in the environment that runs us, and lay the `handover` script in it.

A path file instead of a build: nothing to rebuild, and no build backend to download.
"""

import sys
import sysconfig
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SCRIPT = """#!{python}
import sys

from {module} import {function}

sys.exit({function}())
"""


def main() -> None:
    """Write the path file and one script for each of the project's entry points."""
    environment, packages = Path(sys.prefix), Path(sysconfig.get_path("purelib"))
    (packages / "overdracht.pth").write_text(f"{ROOT}\n", encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for name, target in project["scripts"].items():
        module, function = target.split(":")
        script = environment / "bin" / name
        text = SCRIPT.format(python=environment / "bin" / "python", module=module, function=function)
        script.write_text(text, encoding="utf-8")
        script.chmod(0o755)


if __name__ == "__main__":
    main()
