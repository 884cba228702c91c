"""The two S3 servers really answer, each with the half that it is there for."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from handover.storage.s3 import connect
from tests.servers.s3 import S3Server

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def _client(server: S3Server, *, secret: str | None = None) -> "S3Client":
    return connect(
        endpoint=server.endpoint,
        region="eu-west-1",
        access_key=server.access_key,
        secret_key=secret or server.secret_key,
    )


def test_rclone_refuses_a_wrong_secret(rclone: S3Server) -> None:
    bucket = f"b{uuid4().hex}"
    rclone.make_bucket(bucket)
    _client(rclone).put_object(Bucket=bucket, Key="k", Body=b"bytes")

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        _client(rclone, secret="wrongwrong").get_object(Bucket=bucket, Key="k")
    assert _client(rclone).get_object(Bucket=bucket, Key="k")["Body"].read() == b"bytes"


def test_ministack_does_not_write_over_what_must_be_new(ministack: S3Server) -> None:
    bucket = f"b{uuid4().hex}"
    ministack.make_bucket(bucket)
    client = _client(ministack)
    client.put_object(Bucket=bucket, Key="k", Body=b"first", IfNoneMatch="*")

    with pytest.raises(ClientError, match="PreconditionFailed"):
        client.put_object(Bucket=bucket, Key="k", Body=b"second", IfNoneMatch="*")
    assert client.get_object(Bucket=bucket, Key="k")["Body"].read() == b"first"
