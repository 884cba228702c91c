"""What every store of sealed bytes does: one suite over a folder and over two S3 servers."""

from __future__ import annotations

import io
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from handover.errors import Invalid
from handover.storage.filesystem import FolderStore
from handover.storage.port import AlreadyStored, BlobNotFound, BlobStore, StoreUnavailable, new_blob_key
from handover.storage.s3 import S3Store, connect
from handover.terms.clock import SystemClock
from tests.servers.s3 import S3Server, free_port

MIB = 1024 * 1024
LARGE = 20 * MIB + 17


def s3_store(server: S3Server) -> S3Store:
    bucket = f"b{secrets.token_hex(8)}"
    server.make_bucket(bucket)
    client = connect(
        endpoint=server.endpoint, region="eu-west-1", access_key=server.access_key, secret_key=server.secret_key
    )
    return S3Store(client, bucket)


@pytest.fixture(params=["folder", "rclone", "ministack"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "blobs")
    return s3_store(request.getfixturevalue(request.param))


def pieces(size: int) -> Iterator[bytes]:
    block = bytes(range(256)) * 256
    for start in range(0, size, len(block)):
        yield block[: min(len(block), size - start)]


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, LARGE])
def test_what_was_put_is_what_is_read(store: BlobStore, size: int) -> None:
    key = new_blob_key()

    stored = store.put(key, pieces(size))

    with store.open(key) as found:
        data = found.read()
    assert data == b"".join(pieces(size))
    assert (stored.size, stored.sha256) == (size, sha256(data).hexdigest())


def test_any_part_can_be_read_by_seeking(store: BlobStore) -> None:
    key, whole = new_blob_key(), b"".join(pieces(LARGE))
    store.put(key, [whole])

    with store.open(key) as found:
        for start, length in ((0, 10), (LARGE - 5, 5), (8 * MIB - 3, 7), (3, 700_000)):
            found.seek(start)
            assert found.read(length) == whole[start : start + length]
        assert found.seek(0, io.SEEK_END) == LARGE
        assert found.read(1) == b""


def test_what_lies_under_a_key_never_changes(store: BlobStore) -> None:
    key = new_blob_key()
    store.put(key, [b"first"])

    with pytest.raises(AlreadyStored):
        store.put(key, [b"second"])

    with store.open(key) as found:
        assert found.read() == b"first"


@pytest.mark.parametrize("size", [100, LARGE])
def test_a_source_that_breaks_off_leaves_nothing(store: BlobStore, size: int) -> None:
    key = new_blob_key()

    def breaking() -> Iterator[bytes]:
        yield from pieces(size)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(key, breaking())

    assert not store.exists(key)
    assert list(store.keys()) == []


def test_what_is_not_there_is_not_found(store: BlobStore) -> None:
    assert not store.exists(new_blob_key())
    with pytest.raises(BlobNotFound):
        store.open(new_blob_key())


def test_deleting_twice_is_as_good_as_once(store: BlobStore) -> None:
    key = new_blob_key()
    store.put(key, [b"x"])

    store.delete(key)
    store.delete(key)

    assert not store.exists(key)


def test_all_keys_are_listed_with_their_time(store: BlobStore) -> None:
    names = {new_blob_key() for _ in range(3)}
    for name in names:
        store.put(name, [b"x"])

    listed = dict(store.keys())

    assert set(listed) == names
    assert all(abs(SystemClock().now() - at) < timedelta(minutes=5) for at in listed.values())


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n", "rapport van Noah.pdf"])
def test_a_key_that_is_no_random_key_is_refused(store: BlobStore, key: str) -> None:
    for use in (lambda: store.open(key), lambda: store.exists(key), lambda: store.delete(key)):
        with pytest.raises(Invalid):
            use()
    with pytest.raises(Invalid):
        store.put(key, [b"x"])


@pytest.mark.parametrize("store", ["folder", "ministack"], indirect=True)
def test_of_two_writers_at_once_one_is_told(store: BlobStore) -> None:
    """Not asked of rclone, which lacks conditional puts: there the 256 random bits of a key keep writers apart."""
    key, barrier, told = new_blob_key(), threading.Barrier(2), []

    def write(content: bytes) -> None:
        def waiting() -> Iterator[bytes]:
            barrier.wait(60)
            yield content

        try:
            store.put(key, waiting())
        except AlreadyStored:
            told.append(content)

    threads = [threading.Thread(target=write, args=(content,)) for content in (b"one", b"two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(told) == 1
    with store.open(key) as found:
        assert found.read() == {b"one": b"two", b"two": b"one"}[told[0]]


def test_a_wrong_secret_opens_no_bucket(rclone: S3Server) -> None:
    bucket = f"b{secrets.token_hex(8)}"
    rclone.make_bucket(bucket)
    client = connect(endpoint=rclone.endpoint, region="eu-west-1", access_key="reader", secret_key="another")

    with pytest.raises(StoreUnavailable):
        S3Store(client, bucket).put(new_blob_key(), [b"x"])


def test_a_server_that_is_away_is_unavailable_and_its_bytes_are_there_when_it_is_back(rclone: S3Server) -> None:
    store, key = s3_store(rclone), new_blob_key()
    store.put(key, [b"kept"])

    rclone.stop()
    with pytest.raises(StoreUnavailable):
        store.open(key)
    rclone.start()

    with store.open(key) as found:
        assert found.read() == b"kept"


def test_nobody_listening_is_unavailable() -> None:
    client = connect(endpoint=f"http://127.0.0.1:{free_port()}", region="eu-west-1", access_key="a", secret_key="b")

    with pytest.raises(StoreUnavailable):
        S3Store(client, "bucket").exists(new_blob_key())


KILLED = """
import os, signal, sys
from pathlib import Path
from handover.storage.filesystem import FolderStore
def pieces():
    yield b"x" * 3_000_000
    os.kill(os.getpid(), signal.SIGKILL)
FolderStore(Path(sys.argv[1])).put(sys.argv[2], pieces())
"""


def test_a_writer_that_is_killed_leaves_nothing_to_read_and_is_swept(tmp_path: Path) -> None:
    root, key = tmp_path / "blobs", new_blob_key()

    ended = subprocess.run([sys.executable, "-c", KILLED, str(root), key], check=False)

    store = FolderStore(root)
    assert ended.returncode == -signal.SIGKILL
    assert not store.exists(key)
    assert list(store.keys()) == []
    assert store.sweep_unfinished(before=SystemClock().now() + timedelta(seconds=5)) == 1
    assert [path for path in root.rglob("*") if path.is_file()] == []


def test_files_are_for_their_owner_only(tmp_path: Path) -> None:
    store, key = FolderStore(tmp_path / "blobs"), new_blob_key()
    store.put(key, [b"x"])

    modes = {os.stat(path).st_mode & 0o077 for path in (tmp_path / "blobs").rglob("*")}  # noqa: PTH116  # as the OS sees it
    assert modes == {0}
