"""Take a Debian package apart without root and without installing it.

The package lists and the cache are our own folders, so that neither the system's lists nor its locks matter.
"""

import getpass
import shutil
import subprocess
import tempfile
from pathlib import Path


def available() -> bool:
    """Say whether this machine has apt and dpkg."""
    return shutil.which("apt-get") is not None and shutil.which("dpkg-deb") is not None


def unpack(package: str, into: Path) -> None:
    """Download the newest version of a package and lay its files under `into`.

    Raises:
        subprocess.CalledProcessError: apt could not find or fetch it.
    """
    with tempfile.TemporaryDirectory(prefix="debian-") as folder:
        work = Path(folder)
        lists, cache = work / "lists", work / "cache"
        (lists / "partial").mkdir(parents=True)
        (cache / "archives" / "partial").mkdir(parents=True)
        options = [
            f"-oDir::State::Lists={lists}",
            f"-oDir::Cache={cache}",
            f"-oAPT::Sandbox::User={getpass.getuser()}",
            "-oAcquire::Languages=none",
            "-qq",
        ]
        subprocess.run(["apt-get", *options, "update"], check=True, cwd=work)
        subprocess.run(["apt-get", *options, "download", package], check=True, cwd=work)
        (archive,) = work.glob("*.deb")
        into.mkdir(parents=True, exist_ok=True)
        subprocess.run(["dpkg-deb", "-x", archive, into], check=True)
