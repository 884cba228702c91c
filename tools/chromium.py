"""Unpack the browser of the tests from its npm package into .tools/chromium, with a font configuration of our own.

Where the machine has Debian's Chromium the tests use that one and nothing is unpacked.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".tools" / "chromium"

UNBROTLI = (
    "const z=require('zlib'),fs=require('fs'),[s,d]=process.argv.slice(1);"
    "fs.createReadStream(s).pipe(z.createBrotliDecompress()).pipe(fs.createWriteStream(d));"
)

FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def main() -> None:
    """Unpack, unless Debian's is there."""
    TARGET.mkdir(parents=True, exist_ok=True)
    if shutil.which("chromium"):
        return
    packed = ROOT / "node_modules" / "@sparticuz" / "chromium" / "bin"
    unbrotli(packed / "chromium.br", TARGET / "chromium")
    (TARGET / "chromium").chmod(0o755)
    # swiftshader lets WebGL work, al2023 holds the NSS libraries that a minimal Debian lacks.
    for name in ("al2023", "swiftshader"):
        archive = next(iter(sorted(packed.rglob(f"{name}.tar.br"))), None)
        if archive is None:
            continue
        unbrotli(archive, TARGET / f"{name}.tar")
        shutil.unpack_archive(TARGET / f"{name}.tar", TARGET, filter="data")
    cache = TARGET / "fontcache"
    cache.mkdir(exist_ok=True)
    fonts = ROOT / "node_modules" / "dejavu-fonts-ttf" / "ttf"
    (TARGET / "fonts.conf").write_text(FONTS.format(fonts=fonts, cache=cache), encoding="utf-8")


def unbrotli(source: Path, target: Path) -> None:
    """Decompress one file with node's own zlib."""
    node = Path(sys.prefix) / "bin" / "node"
    subprocess.run([node, "-e", UNBROTLI, source, target], check=True)


if __name__ == "__main__":
    main()
