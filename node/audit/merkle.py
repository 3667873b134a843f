"""The Merkle tree of a log: leaf and node hashes, heads, inclusion and consistency proofs.

Responsible for the arithmetic alone; hashes come in and go out. Where nodes are kept is the caller's
business: a `NodeReader` gives the hash of any *complete* subtree, everything else is computed.

Source: RFC 9162 §2.1 (the same tree as RFC 6962 §2.1).
"""

import hashlib
from collections.abc import Callable, Sequence

from node.errors import PeerError, Refusal

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]
"""(height, index) -> hash of the complete subtree over leaves [index·2^height, (index+1)·2^height)."""

Nodes = dict[tuple[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Hash a leaf: SHA-256(0x00 ‖ entry). Source: RFC 9162 §2.1.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an interior node: SHA-256(0x01 ‖ left ‖ right). Source: RFC 9162 §2.1.1."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def append(size: int, leaves: Sequence[bytes], read: NodeReader) -> Nodes:
    """Give every complete subtree that appending `leaves` to a tree of `size` leaves completes.

    The leaves themselves are included, at height 0. Work: two hashes a leaf, at most.
    """
    made: Nodes = {}
    for offset, leaf in enumerate(leaves):
        height, index, node = 0, size + offset, leaf
        made[height, index] = node
        while index & 1:
            sibling = (height, index - 1)
            node = node_hash(made[sibling] if sibling in made else read(*sibling), node)
            height, index = height + 1, index >> 1
            made[height, index] = node
    return made


def root(size: int, read: NodeReader) -> bytes:
    """Compute the head of a tree of `size` leaves. Source: RFC 9162 §2.1.1."""
    return _range_hash(0, size, read) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, read: NodeReader) -> tuple[bytes, ...]:
    """Prove that leaf `index` is in the tree of `size` leaves, leaf's sibling first.

    Source: RFC 9162 §2.1.3.1.
    """
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start = middle
    return tuple(reversed(path))


def consistency_path(old: int, new: int, read: NodeReader) -> tuple[bytes, ...]:
    """Prove that the tree of `old` leaves is a prefix of the tree of `new` leaves.

    Source: RFC 9162 §2.1.4.1.
    """
    if old in {0, new}:
        return ()
    path, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(middle, end, read))
            end = middle
        else:
            path.append(_range_hash(start, middle, read))
            start, whole = middle, False
    if not whole:
        path.append(_range_hash(start, end, read))
    return tuple(reversed(path))


def check_inclusion(leaf: bytes, *, index: int, size: int, path: Sequence[bytes], head: bytes) -> None:
    """Check an inclusion path.

    Raises:
        PeerError: `proof.invalid`.

    Source: RFC 9162 §2.1.3.2.
    """
    if index >= size:
        raise _invalid(f"index {index} is not in a tree of {size}")
    fn, sn, node = index, size - 1, leaf
    for sibling in path:
        if sn == 0:
            raise _invalid("the path is too long")
        if fn & 1 or fn == sn:
            node = node_hash(sibling, node)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            node = node_hash(node, sibling)
        fn, sn = fn >> 1, sn >> 1
    if sn or node != head:
        raise _invalid("the path does not lead from the leaf to the head")


def check_consistency(
    *, old: int, new: int, old_head: bytes, new_head: bytes, path: Sequence[bytes]
) -> None:
    """Check that a tree head extends an earlier one.

    Raises:
        PeerError: `proof.invalid`.

    Source: RFC 9162 §2.1.4.2.
    """
    if old in {0, new}:
        if path or (old == 0 and old_head != EMPTY_ROOT) or (old == new and old_head != new_head):
            raise _invalid("the heads differ where they must be equal")
        return
    if old > new or not path:
        raise _invalid(f"nothing shows that a tree of {new} extends one of {old}")
    nodes = list(path) if old & (old - 1) else [old_head, *path]
    fn, sn = old - 1, new - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if sn == 0:
            raise _invalid("the path is too long")
        if fn & 1 or fn == sn:
            first, second = node_hash(node, first), node_hash(node, second)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            second = node_hash(second, node)
        fn, sn = fn >> 1, sn >> 1
    if sn or first != old_head or second != new_head:
        raise _invalid("the path does not lead from the old head to the new one")


def _split(length: int) -> int:
    """Give the largest power of two smaller than `length`."""
    return 1 << ((length - 1).bit_length() - 1)


def _range_hash(start: int, end: int, read: NodeReader) -> bytes:
    """Hash the leaves [start, end), whose start is aligned as in the tree."""
    length = end - start
    if length & (length - 1) == 0:
        height = length.bit_length() - 1
        return read(height, start >> height)
    middle = start + _split(length)
    return node_hash(_range_hash(start, middle, read), _range_hash(middle, end, read))


def _invalid(fact: str) -> PeerError:
    return PeerError(Refusal.PROOF_INVALID, fact)
