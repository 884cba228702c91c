"""The Merkle tree of RFC 6962: roots, and proofs that anybody can check with SHA-256 alone.

A leaf is the hash of an entry's bytes. A tree of n leaves has on its left the largest power of two below n,
on its right the rest; leaves and nodes are hashed with different first bytes, so that neither can pass for
the other. All hashes are 32 bytes. Pure: no database, no clock. Source: RFC 6962, 2.1; checking follows RFC
9162, 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Hash each entry as a leaf."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]  # leaf_hash, without the cost of a call


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees as the node above them."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """A growing tree, kept as the roots of its perfect subtrees, the largest first.

    There is one for each 1 in its size in binary. That is all one needs to add leaves and to tell the root.
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in self.peaks):
            msg = f"a tree of {size} leaves does not have these {len(self.peaks)} peaks"
            raise ValueError(msg)

    @classmethod
    def from_bytes(cls, size: int, packed: bytes) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: these bytes cannot be the frontier of a tree of this size.
        """
        return cls(size, (packed[start : start + HASH_BYTES] for start in range(0, len(packed), HASH_BYTES)))

    def to_bytes(self) -> bytes:
        """Give the peaks, one after the other."""
        return b"".join(self.peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        size, peaks, pop = self.size, self.peaks, self.peaks.pop
        for leaf in leaves:
            subtree, below = leaf, size
            while below & 1:
                subtree = sha256(b"\x01" + pop() + subtree).digest()  # node_hash, without the cost of a call
                below >>= 1
            peaks.append(subtree)
            size += 1
        self.size = size

    def root(self) -> bytes:
        """Give the root of all leaves so far."""
        if not self.peaks:
            return EMPTY_ROOT
        *others, root = self.peaks
        for peak in reversed(others):
            root = node_hash(peak, root)
        return root

    def ranges(self) -> list[range]:
        """Give the leaves that each peak stands for."""
        spans, start = [], 0
        for bit in reversed(range(self.size.bit_length())):
            if self.size >> bit & 1:
                spans.append(range(start, start + (1 << bit)))
                start += 1 << bit
        return spans


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Give the root of a tree of these leaf hashes."""
    frontier = Frontier()
    frontier.extend(leaves)
    return frontier.root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Give the hashes that lead from leaf `index` (from 0) to the root, the lowest first.

    Raises:
        IndexError: there is no such leaf.
    """
    if not 0 <= index < len(leaves):
        msg = f"no leaf {index} in a tree of {len(leaves)}"
        raise IndexError(msg)
    proof: list[bytes] = []
    start, end = 0, len(leaves)
    while end - start > 1:
        middle = start + _left_size(end - start)
        if index < middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[start:middle]))
            start = middle
    return proof[::-1]


def consistency_proof(leaves: Sequence[bytes], earlier: int) -> list[bytes]:
    """Give the hashes by which the first `earlier` leaves are seen to be the beginning of this tree.

    Empty when both are the same tree.

    Raises:
        IndexError: there was no such tree; an empty one is the beginning of all, so it proves nothing.
    """
    if not 0 < earlier <= len(leaves):
        msg = f"no earlier tree of {earlier} in one of {len(leaves)}"
        raise IndexError(msg)
    proof: list[bytes] = []
    start, end = 0, len(leaves)
    while earlier < end:
        middle = start + _left_size(end - start)
        if earlier <= middle:
            proof.append(root_of(leaves[middle:end]))
            end = middle
        else:
            proof.append(root_of(leaves[start:middle]))
            start = middle
    if start:
        # The earlier tree ends inside the right side, so its own last subtree must be told. Where it is a
        # left side all along, it is the earlier root itself, which the verifier holds.
        proof.append(root_of(leaves[start:end]))
    return proof[::-1]


def proves_inclusion(proof: Sequence[bytes], *, leaf: bytes, index: int, size: int, root: bytes) -> bool:
    """Whether the proof shows that this leaf hash is leaf `index` of the tree with this size and root."""
    if not 0 <= index < size or not _are_hashes(leaf, *proof):
        return False
    path, last, reached = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if path & 1 or path == last:
            reached = node_hash(sibling, reached)
            # A node without a right neighbour is carried up unchanged to where it has a left one.
            while path and not path & 1:
                path, last = path >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        path, last = path >> 1, last >> 1
    return last == 0 and reached == root


def proves_consistency(proof: Sequence[bytes], *, earlier: int, earlier_root: bytes, size: int, root: bytes) -> bool:
    """Whether the proof shows that the tree of `earlier` leaves is the beginning of the one of `size`.

    An empty tree is taken for the beginning of none, itself not excepted: it would prove nothing.
    """
    if not 0 < earlier <= size:
        return False
    if earlier == size:
        return not proof and earlier_root == root
    # When the earlier tree is perfect, its root is a node of the later one, and the proof need not repeat it.
    hashes = list(proof) if earlier & (earlier - 1) else [earlier_root, *proof]
    if not hashes or not _are_hashes(*hashes):
        return False
    return _grown(hashes, earlier - 1, size - 1) == (earlier_root, root)


def _grown(hashes: list[bytes], path: int, last: int) -> tuple[bytes, bytes] | None:
    """Give the earlier and the later root that a proof leads to; None when it is too long or too short.

    `path` and `last` are the last leaves of both; the first hash is the subtree that ends the earlier one.
    """
    while path & 1:
        path, last = path >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return None
        if path & 1 or path == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while path and not path & 1:
                path, last = path >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        path, last = path >> 1, last >> 1
    return (old, new) if last == 0 else None


def _are_hashes(*given: bytes) -> bool:
    # Of another length, the same bytes could be cut into a left and a right side in more than one way.
    return all(len(one) == HASH_BYTES for one in given)


def _left_size(size: int) -> int:
    """The number of leaves on the left of a tree of two or more: the largest power of two below its size."""
    return 1 << (size - 1).bit_length() - 1
