"""An S3 bucket as a store. The only importer of boto3; its errors end here."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from handover.storage.port import AlreadyStored, BlobNotFound, Stored, StoreUnavailable, checked_key

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

PART = 8 * 1024 * 1024
"""Bytes of one part of an upload: S3 wants at least 5 MiB, we hold one at a time."""
WINDOW = 512 * 1024
"""Bytes that a read fetches ahead: a few chunks of an age file."""

_GONE = {"NoSuchKey", "404", "NotFound"}
_THERE = {"PreconditionFailed", "412", "ConditionalRequestConflict"}


class S3Store:
    """Sealed bytes as objects whose name is their key."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Store these bytes; see the port. Small ones in one request, large ones in parts."""
        if self.exists(key):
            # Not every server honours If-None-Match below; keys are random, so this race needs a broken generator.
            raise AlreadyStored
        parts = _parts(pieces)
        digest = sha256()
        first = next(parts, b"")
        digest.update(first)
        second = next(parts, None)
        try:
            if second is None:
                self._client.put_object(
                    Bucket=self._bucket, Key=key, Body=first, IfNoneMatch="*", ChecksumAlgorithm="SHA256"
                )
                return Stored(len(first), digest.hexdigest())
            return self._put_parts(key, [first, second], parts, digest)
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error

    def open(self, key: str) -> BinaryIO:
        """The bytes; see the port."""
        try:
            size = self._client.head_object(Bucket=self._bucket, Key=checked_key(key))["ContentLength"]
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error
        raw = _Ranged(self._client, self._bucket, key, size)
        return cast("BinaryIO", io.BufferedReader(raw, WINDOW))

    def exists(self, key: str) -> bool:
        """Whether something lies there."""
        try:
            self._client.head_object(Bucket=self._bucket, Key=checked_key(key))
        except (ClientError, BotoCoreError) as error:
            translated = _translated(error)
            if isinstance(translated, BlobNotFound):
                return False
            raise translated from error
        return True

    def delete(self, key: str) -> None:
        """Let it be gone; see the port."""
        try:
            self._client.delete_object(Bucket=self._bucket, Key=checked_key(key))
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """All keys; see the port."""
        try:
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket):
                for item in page.get("Contents", []):
                    yield item["Key"], item["LastModified"]
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error

    def _put_parts(self, key: str, begun: list[bytes], parts: Iterator[bytes], digest: Any) -> Stored:
        upload = self._client.create_multipart_upload(Bucket=self._bucket, Key=key, ChecksumAlgorithm="SHA256")
        identifier = upload["UploadId"]
        try:
            done, size = [], 0
            for number, part in enumerate(_chain(begun, parts), start=1):
                if number > 1:
                    digest.update(part)
                answer = self._client.upload_part(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=identifier,
                    PartNumber=number,
                    Body=part,
                    ChecksumAlgorithm="SHA256",
                )
                done.append(
                    {"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": answer.get("ChecksumSHA256", "")}
                )
                size += len(part)
            self._client.complete_multipart_upload(
                Bucket=self._bucket,
                Key=key,
                UploadId=identifier,
                IfNoneMatch="*",
                MultipartUpload={"Parts": [{k: v for k, v in one.items() if v} for one in done]},  # type: ignore[misc]
            )
        except BaseException:
            # Whatever it was, parts that nobody completes cost money and are ciphertext that no row names.
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=identifier)
            raise
        return Stored(size, digest.hexdigest())


def connect(*, endpoint: str, region: str, access_key: str, secret_key: str) -> S3Client:
    """A client with few retries and short time-outs, that asks for no checksums a server may not give."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            signature_version="s3v4",
            connect_timeout=5,
            read_timeout=30,
            retries={"max_attempts": 2},
            response_checksum_validation="when_required",
            s3={"addressing_style": "path"},
        ),
    )


class _Ranged(io.RawIOBase):
    """An object read by ranges."""

    def __init__(self, client: S3Client, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._client, self._bucket, self._key, self._size, self._at = client, bucket, key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, into: Any) -> int:
        view = memoryview(into).cast("B")
        end = min(self._size, self._at + len(view))
        if end <= self._at:
            return 0
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=self._key, Range=f"bytes={self._at}-{end - 1}")
            data = answer["Body"].read()
        except (ClientError, BotoCoreError) as error:
            raise _translated(error) from error
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def _chain(begun: list[bytes], parts: Iterator[bytes]) -> Iterator[bytes]:
    yield from begun
    yield from parts


def _translated(error: Exception) -> BlobNotFound | AlreadyStored | StoreUnavailable:
    code = str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""
    if code in _GONE:
        return BlobNotFound()
    if code in _THERE:
        return AlreadyStored()
    return StoreUnavailable()
