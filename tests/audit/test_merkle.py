import hashlib

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from node.audit import merkle
from node.audit.merkle import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
)
from node.canonical import un_b64
from node.errors import PeerError, Refusal

# The tree that Certificate Transparency implementations test with (RFC 6962): leaves and heads.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
HEADS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
OTHER = hashlib.sha256(b"other").digest()


def head_by_definition(leaves):
    """MTH of RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = head_by_definition(leaves[:split]), head_by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def hashes(texts):
    return [un_b64(text, code=Refusal.PROOF_INVALID) for text in texts]


@pytest.mark.parametrize("size", range(9))
def test_root_published_leaves_give_published_heads(make_tree, size):
    tree = make_tree(map(leaf_hash, LEAVES))
    assert tree.root(size).hex() == HEADS[size]


def test_inclusion_path_published_tree_gives_published_path(make_tree):
    path = make_tree(map(leaf_hash, LEAVES)).path(5, 8)
    assert [node.hex() for node in path] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_consistency_path_published_tree_gives_published_path(make_tree):
    path = make_tree(map(leaf_hash, LEAVES)).steps(6, 8)
    assert [node.hex() for node in path] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_leaf_and_node_hash_cannot_be_taken_for_each_other():
    left, right = bytes(32), bytes(32)
    assert leaf_hash(left + right) != node_hash(left, right)


@given(st.integers(0, 130))
@settings(max_examples=60, deadline=None)
def test_root_any_size_is_the_head_of_the_definition(tree, size):
    assert tree.root(size) == head_by_definition(tree.leaves[:size])


@given(st.lists(st.integers(0, 30), min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_append_in_batches_gives_the_tree_of_one_append(tree, make_tree, batches):
    nodes, size = {}, 0

    def read(height, index):
        return nodes[height, index]

    for batch in batches:
        leaves = tree.leaves[size : size + batch]
        nodes.update(merkle.append(size, leaves, read))
        size += len(leaves)
    assert nodes == make_tree(tree.leaves[:size]).nodes


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_check_inclusion_made_path_holds_for_its_leaf_alone(tree, data):
    size = data.draw(st.integers(1, 130))
    index = data.draw(st.integers(0, size - 1))
    path, head = tree.path(index, size), tree.root(size)
    check_inclusion(tree.leaves[index], index=index, size=size, path=path, head=head)
    other = data.draw(st.integers(0, size - 1))
    assume(other != index)
    with pytest.raises(PeerError):
        check_inclusion(tree.leaves[index], index=other, size=size, path=path, head=head)
    with pytest.raises(PeerError):
        check_inclusion(tree.leaves[other], index=index, size=size, path=path, head=head)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_check_inclusion_path_changed_anywhere_is_refused(tree, data):
    size = data.draw(st.integers(2, 130))
    index = data.draw(st.integers(0, size - 1))
    path, head = list(tree.path(index, size)), tree.root(size)
    at = data.draw(st.integers(0, len(path) - 1))
    longer, shorter, replaced = [*path, OTHER], path[:at] + path[at + 1 :], path.copy()
    replaced[at] = OTHER
    for changed in (longer, shorter, replaced):
        with pytest.raises(PeerError) as caught:
            check_inclusion(tree.leaves[index], index=index, size=size, path=changed, head=head)
        assert caught.value.refusal is Refusal.PROOF_INVALID


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_check_consistency_made_path_holds_for_its_heads_alone(tree, data):
    new = data.draw(st.integers(0, 130))
    old = data.draw(st.integers(0, new))
    asked = {
        "old": old,
        "new": new,
        "old_head": tree.root(old),
        "new_head": tree.root(new),
        "path": tree.steps(old, new),
    }
    check_consistency(**asked)
    with pytest.raises(PeerError):
        check_consistency(**asked | {"old_head": OTHER})
    if old:
        with pytest.raises(PeerError):
            check_consistency(**asked | {"new_head": OTHER})


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_check_consistency_path_changed_anywhere_is_refused(tree, data):
    new = data.draw(st.integers(2, 130))
    old = data.draw(st.integers(1, new - 1))
    path = list(tree.steps(old, new))
    at = data.draw(st.integers(0, len(path) - 1))
    longer, shorter, replaced = [*path, OTHER], path[:at] + path[at + 1 :], path.copy()
    replaced[at] = OTHER
    for changed in (longer, shorter, replaced):
        with pytest.raises(PeerError) as caught:
            check_consistency(
                old=old, new=new, old_head=tree.root(old), new_head=tree.root(new), path=changed
            )
        assert caught.value.refusal is Refusal.PROOF_INVALID


@pytest.mark.parametrize(
    ("old", "new", "old_head", "new_head", "path"),
    [
        (0, 0, EMPTY_ROOT, OTHER, ()),
        (0, 0, OTHER, OTHER, ()),
        (0, 0, OTHER, EMPTY_ROOT, ()),
        (0, 5, OTHER, OTHER, ()),
        (0, 5, EMPTY_ROOT, OTHER, (OTHER,)),
        (5, 5, OTHER, OTHER, (OTHER,)),
        (5, 4, OTHER, OTHER, (OTHER,)),
        (4, 5, OTHER, OTHER, ()),
    ],
)
def test_check_consistency_of_nothing_or_backwards_is_refused(old, new, old_head, new_head, path):
    with pytest.raises(PeerError) as caught:
        check_consistency(old=old, new=new, old_head=old_head, new_head=new_head, path=path)
    assert caught.value.refusal is Refusal.PROOF_INVALID


@pytest.mark.parametrize("index", [1, 2, 5])
def test_check_inclusion_index_beyond_a_tree_of_one_is_refused(index):
    leaf = leaf_hash(b"leaf")
    check_inclusion(leaf, index=0, size=1, path=(), head=leaf)
    with pytest.raises(PeerError):
        check_inclusion(leaf, index=index, size=1, path=(), head=leaf)


def test_check_inclusion_head_above_the_root_is_refused():
    # The log signed a head that is one hash too high for its size.
    leaf = leaf_hash(b"leaf")
    with pytest.raises(PeerError, match="too long"):
        check_inclusion(leaf, index=0, size=1, path=(OTHER,), head=node_hash(OTHER, leaf))


def test_check_consistency_heads_above_the_roots_are_refused(make_tree):
    tree = make_tree(map(leaf_hash, LEAVES[:4]))
    heads = [node_hash(OTHER, tree.root(size)) for size in (3, 4)]
    path = (*tree.steps(3, 4), OTHER)
    with pytest.raises(PeerError, match="too long"):
        check_consistency(old=3, new=4, old_head=heads[0], new_head=heads[1], path=path)


def test_check_consistency_empty_tree_is_a_prefix_of_every_tree():
    check_consistency(old=0, new=0, old_head=EMPTY_ROOT, new_head=EMPTY_ROOT, path=())
    check_consistency(old=0, new=9, old_head=EMPTY_ROOT, new_head=OTHER, path=())


def test_check_inclusion_published_paths_hold_and_are_made_again(published, make_tree):
    tree = make_tree(leaf_hash(entry.encode()) for entry in published["entries"])
    for row in published["inclusion"]:
        index, size, path = row["index"], row["size"], hashes(row["path"])
        assert tree.path(index, size) == tuple(path)
        check_inclusion(tree.leaves[index], index=index, size=size, path=path, head=tree.root(size))


def test_check_consistency_published_paths_hold_and_are_made_again(published, make_tree):
    tree = make_tree(leaf_hash(entry.encode()) for entry in published["entries"])
    heads = {row["size"]: hashes([row["root"]])[0] for row in published["checkpoints"]}
    for row in published["consistency"]:
        old, new, path = row["old"], row["new"], hashes(row["path"])
        assert tree.steps(old, new) == tuple(path)
        check_consistency(old=old, new=new, old_head=heads[old], new_head=heads[new], path=path)


def test_check_inclusion_published_bad_paths_are_refused(published, make_tree):
    tree = make_tree(leaf_hash(entry.encode()) for entry in published["entries"])
    for row in published["bad_inclusion"]:
        leaf = tree.leaves[0 if row["size"] < 2 else 100]
        with pytest.raises(PeerError):
            check_inclusion(
                leaf,
                index=row["index"],
                size=row["size"],
                path=hashes(row["path"]),
                head=tree.root(row["size"]),
            )


def test_check_consistency_published_bad_paths_are_refused(published, make_tree):
    tree = make_tree(leaf_hash(entry.encode()) for entry in published["entries"])
    for row in published["bad_consistency"]:
        old, new = row["old"], row["new"]
        with pytest.raises(PeerError):
            check_consistency(
                old=old,
                new=new,
                old_head=tree.root(old),
                new_head=tree.root(new),
                path=hashes(row["path"]),
            )
