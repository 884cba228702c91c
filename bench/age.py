"""Sealed files: a dossier beside Debian's age and gpg, and the format alone beside its own cipher."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from bench import dossier, peak
from bench.peers import Age, Gpg, openssl_speed
from bench.rows import MB, Row, disk, interleaved
from keys.age.file import decrypt, encrypt
from keys.age.hybrid import HybridIdentity

_DOSSIER = 25 * MB
_DOCUMENTS = 5
_LARGE = 256 * MB
_ALONE = 256 << 20
_ROUNDS = 11


def rows() -> Iterator[Row]:
    """Measure, a row at a time."""
    with tempfile.TemporaryDirectory(dir=disk()) as home:
        yield from _dossier(Path(home))
        yield from _memory(Path(home))
    yield from _alone()


def _documents(folder: Path, size: int) -> list[Path]:
    """Write documents that do not compress, as scans do not."""
    folder.mkdir()
    files = [folder / f"{number:02}-document.pdf" for number in range(1, _DOCUMENTS + 1)]
    for file in files:
        file.write_bytes(os.urandom(size // _DOCUMENTS))
    return files


def _dossier(home: Path) -> Iterator[Row]:
    files = _documents(home / "dossier", _DOSSIER)
    identity, age, gpg = HybridIdentity.generate(), Age.set_up(home), Gpg.set_up(home)
    for name in ("ours", "age", "gpg"):
        (home / name).mkdir()
    try:
        seconds = interleaved(
            {
                "seal": partial(dossier.seal, files, identity.recipient(), home / "ours.age"),
                "seal age": partial(age.seal, home / "dossier", home / "age.age"),
                "seal gpg": partial(gpg.seal, home / "dossier", home / "gpg.gpg"),
                "open": partial(dossier.unseal, home / "ours.age", identity, home / "ours"),
                "open age": partial(age.open, home / "age.age", home / "age"),
                "open gpg": partial(gpg.open, home / "gpg.gpg", home / "gpg"),
                **_parts(files, identity, home),
            },
            rounds=_ROUNDS,
        )
    finally:
        gpg.end()
    for verb in ("seal", "open"):
        for peer, name, target in (("age", "tar | age", 1.0), ("gpg", "tar | gpg", 10.0)):
            yield _speeds(f"{verb} a dossier of 25 MB", seconds[verb], seconds[f"{verb} {peer}"], name, target)
    for part in _parts(files, identity, home):
        share = seconds[part] / seconds["seal"]
        yield Row(work=f"  {part}", ours=f"{seconds[part] * 1000:.0f} ms", beside="the sealing", ratio=share)


def _parts(files: list[Path], identity: HybridIdentity, home: Path) -> dict[str, Callable[[], object]]:
    """Name what sealing consists of; the parts overlap nowhere but in reading the files."""
    plain = b"".join(file.read_bytes() for file in files)
    return {
        "of which: digests for the manifest": lambda: [dossier.digest(file) for file in files],
        "of which: digests and ZIP": lambda: _exhaust(dossier.zipped(files)),
        "of which: age": lambda: _exhaust(encrypt([identity.recipient()], [plain])),
        "of which: writing, and the disk": lambda: dossier.stored(home / "plain", [plain]),
    }


def _speeds(work: str, ours: float, theirs: float, name: str, target: float) -> Row:
    speed, beside = (_DOSSIER / MB / seconds for seconds in (ours, theirs))
    return Row(
        work=work,
        ours=f"{speed:.0f} MB/s",
        beside=f"{beside:.0f} MB/s, {name}",
        ratio=theirs / ours,
        target=f">= {target:g} x",
        met=theirs / ours >= target,
    )


def _memory(home: Path) -> Iterator[Row]:
    _documents(home / "large", _LARGE)
    usual, large = peak.growth(home / "dossier"), peak.growth(home / "large")
    most = 32 << 20
    for name, grown in (("25 MB", usual), ("256 MB", large)):
        yield Row(
            work=f"memory to seal and open {name}",
            ours=f"+ {grown / 2**20:.1f} MiB",
            beside="the process before",
            target="<= 32 MiB",
            met=grown <= most,
        )


def _alone() -> Iterator[Row]:
    identity = HybridIdentity.generate()
    plain = os.urandom(_ALONE)
    sealed = b"".join(encrypt([identity.recipient()], [plain]))
    room = memoryview(bytearray(len(sealed)))
    cipher: list[float] = []
    seconds = interleaved(
        {
            "seal": lambda: _gather(encrypt([identity.recipient()], [plain]), room),
            "open": lambda: _gather(decrypt([identity], [sealed]), room),
            "seal and drop": lambda: _exhaust(encrypt([identity.recipient()], [plain])),
            "openssl": lambda: cipher.append(openssl_speed()),
        },
        rounds=7,
    )
    beside = sorted(cipher)[len(cipher) // 2]
    for verb, target in (("seal", 0.75), ("open", 0.75), ("seal and drop", None)):
        speed = _ALONE / MB / seconds[verb]
        yield Row(
            work=f"{verb}, age alone, 256 MiB in memory",
            ours=f"{speed:.0f} MB/s",
            beside=f"{beside:.0f} MB/s, openssl speed",
            ratio=speed / beside,
            target=f">= {target:g} x" if target else "",
            met=speed / beside >= target if target else None,
        )


def _gather(pieces: Iterable[bytes], room: memoryview) -> None:
    """Put all pieces in memory that is there already: asking for it would cost as much as the cipher."""
    at = 0
    for piece in pieces:
        room[at : at + len(piece)] = piece
        at += len(piece)


def _exhaust(pieces: Iterable[bytes]) -> None:
    for _piece in pieces:
        pass
