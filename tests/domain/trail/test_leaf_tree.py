"""The tree over all leaves, against the vectors of transparency-dev/merkle and against every proof of small trees."""

import random
import time
from collections.abc import Iterator
from hashlib import sha256

import pytest

from docctl.domain.trail.leaf_tree import LeafTree, is_consistent, is_included

LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
INCLUDED = {
    (0, 8): ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"],
    (5, 8): ["bc1a0643b12e4d2d", "ca854ea128ed050b", "d37ee418976dd957"],
    (2, 3): ["fac54203e7cc696c"],
    (1, 5): ["6e340b9cffb37a98", "5f083f0a1a33ca07", "bc1a0643b12e4d2d"],
}
CONSISTENT = {
    (1, 8): ["96a296d224f285c6", "5f083f0a1a33ca07", "6b47aaf29ee3c2af"],
    (6, 8): ["0ebc5d3437fbe2db", "ca854ea128ed050b", "d37ee418976dd957"],
    (2, 5): ["5f083f0a1a33ca07", "bc1a0643b12e4d2d"],
    (6, 7): ["0ebc5d3437fbe2db", "b08693ec2e721597", "d37ee418976dd957"],
}


def leaf_of(text: bytes) -> bytes:
    return sha256(b"\0" + text).digest()


@pytest.fixture(scope="module")
def tree() -> LeafTree:
    return LeafTree(leaf_of(bytes.fromhex(each)) for each in LEAVES)


def test_roots_and_proofs_are_those_of_other_programs(tree: LeafTree) -> None:
    assert [tree.root(size).hex() for size in range(9)] == [EMPTY, *ROOTS]
    for (index, size), proof in INCLUDED.items():
        assert [each.hex()[:16] for each in tree.inclusion(index, size)] == proof
    for (old, size), proof in CONSISTENT.items():
        assert [each.hex()[:16] for each in tree.consistency(old, size)] == proof


def test_every_proof_of_small_trees_holds_and_a_tree_grows_leaf_by_leaf() -> None:
    growing, leaves = LeafTree(), [leaf_of(bytes([number])) for number in range(33)]
    for number, leaf in enumerate(leaves, 1):
        growing.add(leaf)
        assert growing.root() == LeafTree(leaves[:number]).root()
    for size in range(1, 34):
        for index in range(size):
            assert is_included(leaves[index], index, size, growing.inclusion(index, size), growing.root(size))
        for old in range(size + 1):
            proof = growing.consistency(old, size)
            assert is_consistent(old, growing.root(old), size, growing.root(size), proof)


def _wrong(draw: random.Random, proof: list[bytes]) -> Iterator[list[bytes]]:
    """Give out proofs that say something else."""
    other = draw.randbytes(32)
    if proof:
        at = draw.randrange(len(proof))
        bent = bytearray(proof[at])
        bent[draw.randrange(32)] ^= 1 << draw.randrange(8)
        yield [*proof[:at], bytes(bent), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], other, *proof[at:]]
    if proof != proof[::-1]:
        yield proof[::-1]
    yield [*proof, other]
    yield [other, *proof]


def test_2000_wrong_proofs_are_refused() -> None:
    draw, refused = random.Random(20261201), 0
    leaves = [leaf_of(draw.randbytes(20)) for _ in range(700)]
    tree = LeafTree(leaves)
    while refused < 2000:
        size = draw.randrange(2, 701)
        index, old = draw.randrange(size), draw.randrange(1, size)
        inclusion, consistency = tree.inclusion(index, size), tree.consistency(old, size)
        root, before = tree.root(size), tree.root(old)
        assert is_included(leaves[index], index, size, inclusion, root)
        assert is_consistent(old, before, size, root, consistency)
        for wrong in _wrong(draw, inclusion):
            assert not is_included(leaves[index], index, size, wrong, root)
            refused += 1
        for wrong in _wrong(draw, consistency):
            assert not is_consistent(old, before, size, root, wrong)
            refused += 1
        elsewhere = (index + draw.randrange(1, size)) % size
        assert not is_included(leaves[elsewhere], index, size, inclusion, root)
        assert not is_included(leaves[index], elsewhere, size, inclusion, root)
        assert not is_included(leaves[index], index, size, inclusion, before)
        assert not is_consistent(old, root, size, before, consistency)
        assert not is_consistent(old, before, size, draw.randbytes(32), consistency)
        refused += 5


def test_nothing_is_proved_of_leaves_that_are_not_there(tree: LeafTree) -> None:
    for ask in (lambda: tree.inclusion(8, 8), lambda: tree.inclusion(0, 9), lambda: tree.consistency(5, 4)):
        with pytest.raises(ValueError, match="tree of"):
            ask()
    assert not is_included(b"", 0, 0, [], tree.root(0))
    assert not is_consistent(9, tree.root(), 8, tree.root(), [])


def test_a_tree_of_100000_leaves_takes_well_under_a_second() -> None:
    leaves = [number.to_bytes(32) for number in range(100_000)]
    began = time.process_time()
    tree = LeafTree(leaves)
    tree.root()
    built = time.process_time() - began
    began = time.process_time()
    proof = tree.inclusion(54_321, 100_000)
    tree.add(leaves[0])
    tree.root()
    assert is_included(leaves[54_321], 54_321, 100_000, proof, tree.root(100_000))
    assert built < 1
    assert time.process_time() - began < 0.05
    assert len(proof) == 17
