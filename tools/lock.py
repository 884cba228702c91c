"""Say whether the lock still fits pyproject.toml: each direct requirement must be in it, at a version that fits."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def problems(pyproject: str, lock: str) -> list[str]:
    """What does not fit, one line each."""
    locked = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==(\S+)", lock, re.MULTILINE)
    }
    project = tomllib.loads(pyproject)
    wanted = list(project["project"]["dependencies"])
    for group in project["dependency-groups"].values():
        wanted += [item for item in group if isinstance(item, str)]
    found = [] if "://" not in lock else ["the lock holds an address"]
    for text in wanted:
        requirement = Requirement(text)
        version = locked.get(canonicalize_name(requirement.name))
        if version is None:
            found.append(f"{requirement.name}: not in the lock; run make lock")
        elif not requirement.specifier.contains(version, prereleases=True):
            found.append(f"{text}: the lock has {version}; run make lock")
    return found


def main() -> int:
    """Print the problems; 1 when there are any."""
    found = problems((ROOT / "pyproject.toml").read_text(), (ROOT / "requirements.lock.txt").read_text())
    for line in found:
        sys.stdout.write(line + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
