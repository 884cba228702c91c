"""Each proof of other authors is taken or refused as it says of itself."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from handover.audit.tree import proves_consistency, proves_inclusion

FOLDER = Path(__file__).parents[1] / "vectors" / "merkle"


def names(kind: str) -> list[str]:
    return sorted(str(path.relative_to(FOLDER)) for path in (FOLDER / kind).rglob("*.json"))


def read(name: str) -> tuple[dict[str, Any], list[bytes]]:
    vector = json.loads((FOLDER / name).read_text())
    return vector, [b64decode(part) for part in vector["proof"] or []]


def test_no_vector_was_lost() -> None:
    assert (len(names("inclusion")), len(names("consistency"))) == (98, 98)


@pytest.mark.parametrize("name", names("inclusion"))
def test_a_proof_of_inclusion_ends_as_it_says(name: str) -> None:
    vector, proof = read(name)

    proved = proves_inclusion(
        proof,
        leaf=b64decode(vector["leafHash"]),
        index=vector["leafIdx"],
        size=vector["treeSize"],
        root=b64decode(vector["root"]),
    )

    assert proved is not vector["wantErr"]


@pytest.mark.parametrize("name", names("consistency"))
def test_a_proof_of_consistency_ends_as_it_says(name: str) -> None:
    vector, proof = read(name)

    proved = proves_consistency(
        proof,
        earlier=vector["size1"],
        earlier_root=b64decode(vector["root1"]),
        size=vector["size2"],
        root=b64decode(vector["root2"]),
    )

    assert proved is not vector["wantErr"]
