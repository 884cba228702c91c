"""Install the npm packages of the lock, with the environment's own node."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Run `npm ci`: exactly the lock, each package checked by its hash, no scripts of packages."""
    npm = Path(sys.prefix) / "bin" / "npm"
    subprocess.run([npm, "ci", "--silent"], check=True, cwd=ROOT)


if __name__ == "__main__":
    main()
