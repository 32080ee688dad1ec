"""The tree over the leaves of all events, as RFC 6962 has it: its root, and proofs that somebody else can check."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

MOST_HASHES = 63
"""No proof has more hashes, for no tree has more than 2^63 leaves."""


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _left_part(size: int) -> int:
    """Return the largest power of two below a size: so many leaves lie to the left of the root."""
    return 1 << (size - 1).bit_length() - 1


class LeafTree:
    """A tree that leaves are only ever added to; every full part of it is hashed once."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.add(leaf)

    def add(self, leaf: bytes) -> None:
        """Add the next leaf, as it is hashed already."""
        node = leaf
        for level in self._levels:
            level.append(node)
            if len(level) % 2:
                return
            node = _node(level[-2], node)
        self._levels.append([node])

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0])

    def leaf(self, index: int) -> bytes:
        """Return a leaf by its place, of which the first is 0."""
        return self._levels[0][index]

    def root(self, size: int | None = None) -> bytes:
        """Return the root over all leaves, or over so many of the first."""
        size = self._within(self.size if size is None else size)
        return self._part(0, size) if size else sha256().digest()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """Prove that a leaf is in the tree of so many leaves: its neighbours, from the leaf up to the root."""
        self._within(size)
        if not 0 <= index < size:
            raise ValueError(f"leaf {index} is not in a tree of {size}")
        start, proof = 0, list[bytes]()
        while size > 1:
            left = _left_part(size)
            if index < start + left:
                proof.append(self._part(start + left, size - left))
                size = left
            else:
                proof.append(self._part(start, left))
                start, size = start + left, size - left
        return proof[::-1]

    def consistency(self, old: int, size: int) -> list[bytes]:
        """Prove that the tree of so many leaves begins with that of fewer; nothing is to be proved of an empty one."""
        self._within(size)
        if not 0 <= old <= size:
            raise ValueError(f"a tree of {size} does not begin with one of {old}")
        return self._consistency(0, old, size, is_known=True) if 0 < old < size else []

    def _consistency(self, start: int, old: int, size: int, *, is_known: bool) -> list[bytes]:
        if old == size:
            return [] if is_known else [self._part(start, size)]
        left = _left_part(size)
        if old <= left:
            return [*self._consistency(start, old, left, is_known=is_known), self._part(start + left, size - left)]
        right = self._consistency(start + left, old - left, size - left, is_known=False)
        return [*right, self._part(start, left)]

    def _part(self, start: int, size: int) -> bytes:
        level = size.bit_length() - 1
        if size == 1 << level:
            return self._levels[level][start >> level]
        left = _left_part(size)
        return _node(self._part(start, left), self._part(start + left, size - left))

    def _within(self, size: int) -> int:
        if not 0 <= size <= self.size:
            raise ValueError(f"a tree of {self.size} has no beginning of {size}")
        return size


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Say whether a proof shows that a leaf has this place in the tree of a root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, node = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = _node(each, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = _node(node, each)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def is_consistent(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Say whether a proof shows that a tree begins with an older one (RFC 9162, 2.1.4.2)."""
    if not 0 <= old <= size or old in (0, size):
        return 0 <= old <= size and not proof and (old == 0 or old_root == root)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = now = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, now = _node(each, before), _node(each, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = _node(now, each)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and now == root
