"""The tree as a whole: nothing can be changed, dropped or moved without its root telling."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.audit.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
)

ENTRIES = st.lists(st.binary(max_size=40), min_size=1, max_size=70)


def by_definition(leaves: list[bytes]) -> bytes:
    """The root as RFC 6962 defines it, by recursion."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + by_definition(leaves[:split]) + by_definition(leaves[split:])).digest()


def leaves_of(entries: list[bytes]) -> list[bytes]:
    return [leaf_hash(entry) for entry in entries]


def numbered(count: int) -> list[bytes]:
    return leaves_of([str(number).encode() for number in range(count)])


def test_an_empty_tree_has_the_root_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == Frontier().root()


def test_a_leaf_cannot_pass_for_a_node() -> None:
    left, right = numbered(2)

    assert leaf_hash(left + right) != node_hash(left, right)


@given(ENTRIES)
def test_the_root_is_that_of_the_definition(entries: list[bytes]) -> None:
    assert root_of(leaves_of(entries)) == by_definition(leaves_of(entries))


@given(ENTRIES, st.data())
def test_any_edit_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    other = data.draw(st.binary(max_size=40).filter(lambda entry: entry != entries[index]))

    edited = [*entries[:index], other, *entries[index + 1 :]]

    assert root_of(leaves_of(edited)) != root_of(leaves_of(entries))


@given(ENTRIES, st.data())
def test_any_drop_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))

    assert root_of(leaves_of(entries[:index] + entries[index + 1 :])) != root_of(leaves_of(entries))


@given(st.lists(st.binary(max_size=40), min_size=2, max_size=70, unique=True), st.data())
def test_any_swap_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    one, other = data.draw(
        st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True),
    )
    swapped = list(entries)
    swapped[one], swapped[other] = swapped[other], swapped[one]

    assert root_of(leaves_of(swapped)) != root_of(leaves_of(entries))


@given(ENTRIES, st.binary(max_size=40), st.data())
def test_any_insertion_changes_the_root(entries: list[bytes], entry: bytes, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries)))

    assert root_of(leaves_of([*entries[:index], entry, *entries[index:]])) != root_of(leaves_of(entries))


@given(ENTRIES, st.data())
def test_a_stored_frontier_goes_on_where_it_was(entries: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of(entries)
    cut = data.draw(st.integers(0, len(leaves)))
    before = Frontier()
    before.extend(leaves[:cut])

    after = Frontier.from_bytes(before.size, before.to_bytes())
    for leaf in leaves[cut:]:
        after.append(leaf)

    assert (after.size, after.root()) == (len(leaves), root_of(leaves))


@given(ENTRIES)
def test_each_peak_is_the_root_of_its_range(entries: list[bytes]) -> None:
    leaves = leaves_of(entries)
    frontier = Frontier()
    frontier.extend(leaves)

    assert frontier.peaks == [root_of(leaves[span.start : span.stop]) for span in frontier.ranges()]
    assert frontier.ranges()[-1].stop == len(leaves)


@pytest.mark.parametrize(("size", "packed"), [(2, b""), (1, b"short"), (3, bytes(32)), (4, bytes(64)), (-1, b"")])
def test_bytes_that_are_no_frontier_are_refused(size: int, packed: bytes) -> None:
    with pytest.raises(ValueError, match="peaks"):
        Frontier.from_bytes(size, packed)


@pytest.mark.parametrize("size", range(1, 35))
def test_every_leaf_can_be_proven_and_only_in_its_place(size: int) -> None:
    leaves = numbered(size)
    root = root_of(leaves)

    for index in range(size):
        proof = inclusion_proof(leaves, index)
        taken = [
            (leaf, place)
            for leaf in range(size)
            for place in range(size)
            if proves_inclusion(proof, leaf=leaves[leaf], index=place, size=size, root=root)
        ]
        assert taken == [(index, index)]


@pytest.mark.parametrize("size", range(1, 35))
def test_every_beginning_can_be_proven(size: int) -> None:
    leaves = numbered(size)
    root = root_of(leaves)

    for earlier in range(1, size + 1):
        proof = consistency_proof(leaves, earlier)
        assert proves_consistency(proof, earlier=earlier, earlier_root=root_of(leaves[:earlier]), size=size, root=root)


@given(ENTRIES, st.binary(max_size=40), st.data())
def test_a_foreign_root_is_refused(entries: list[bytes], entry: bytes, data: st.DataObject) -> None:
    leaves = leaves_of(entries)
    index = data.draw(st.integers(0, len(leaves) - 1))
    foreign = root_of([*leaves, leaf_hash(entry)])
    size = len(leaves)

    assert not proves_inclusion(
        inclusion_proof(leaves, index), leaf=leaves[index], index=index, size=size, root=foreign
    )
    assert not proves_consistency(
        consistency_proof(leaves, index + 1),
        earlier=index + 1,
        earlier_root=root_of(leaves[: index + 1]),
        size=size,
        root=foreign,
    )


@given(ENTRIES, st.binary(max_size=40), st.data())
def test_a_rewritten_beginning_cannot_be_proven(entries: list[bytes], entry: bytes, data: st.DataObject) -> None:
    leaves = leaves_of(entries)
    index = data.draw(st.integers(0, len(leaves) - 1).filter(lambda place: entries[place] != entry))
    rewritten = [*leaves[:index], leaf_hash(entry), *leaves[index + 1 :]]
    longer = [*rewritten, leaf_hash(b"later")]

    assert not proves_consistency(
        consistency_proof(longer, len(leaves)),
        earlier=len(leaves),
        earlier_root=root_of(leaves),
        size=len(longer),
        root=root_of(longer),
    )


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_of_a_leaf_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        inclusion_proof(numbered(3), index)


@pytest.mark.parametrize("earlier", [-1, 0, 4])
def test_there_is_no_proof_of_a_beginning_that_was_not(earlier: int) -> None:
    with pytest.raises(IndexError):
        consistency_proof(numbered(3), earlier)
