import hashlib
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from node.audit.merkle import (
    EMPTY_ROOT,
    append,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    root,
)
from node.store import tables, tree
from node.store.tree import Tree


def leaf(number):
    return hashlib.sha256(number.to_bytes(4, "big")).digest()


def leaves(start, end):
    return [leaf(number) for number in range(start, end)]


def model(size):
    """The same tree, all of it in memory: the reference."""
    nodes = append(0, leaves(0, size), lambda height, index: nodes[height, index])
    return lambda height, index: nodes[height, index]


def grow(database, tree, count):
    """Append as the journal does: plan, write within a transaction, advance after it."""
    made, size, head = tree.plan(leaves(tree.size, tree.size + count))
    with database.writing() as connection:
        tree.write(connection, made)
        connection.execute(tables.head.update().values(size=size, root=head))
    tree.advance(made, size, head)


def assert_like(tree, reference, indexes):
    size = tree.size
    assert tree.root == root(size, reference)
    for index in indexes:
        path = inclusion_path(index, size, tree.read)
        assert path == inclusion_path(index, size, reference)
        check_inclusion(leaf(index), index=index, size=size, path=path, head=tree.root)


def around(*places):
    return sorted({place + offset for place in places for offset in (-1, 0, 1)})


def test_new_tree_is_empty(database):
    fresh = Tree(database)
    assert (fresh.size, fresh.root) == (0, EMPTY_ROOT)


def test_plan_changes_nothing_until_advance(database):
    growing = Tree(database)
    grow(database, growing, 3)
    before = (growing.size, growing.root)
    made, size, head = growing.plan(leaves(3, 5))
    assert (growing.size, growing.root) == before
    assert size == 5
    assert head == root(5, model(5))
    assert set(made) == {(0, 3), (1, 1), (2, 0), (0, 4)}


def test_plan_nothing_gives_the_same_head(database):
    growing = Tree(database)
    grow(database, growing, 3)
    assert growing.plan([]) == ({}, 3, growing.root)


def test_append_one_by_one_over_the_first_tile_equals_model(database):
    growing, reference = Tree(database), model(260)
    for size in range(1, 260):
        grow(database, growing, 1)
        if size < 20 or size > 250:
            assert_like(growing, reference, range(size))


@pytest.mark.parametrize(
    "batches",
    [
        (255, 1, 1),
        (255, 2),
        (256, 1),
        (257,),
        (100, 156, 1),
        (511, 1, 1),
        (512, 512),
        (1, 1023, 1),
        (300, 300, 300),
    ],
    ids=str,
)
def test_append_batches_across_tile_borders_equals_model(database, batches):
    growing, reference = Tree(database), model(sum(batches))
    for batch in batches:
        grow(database, growing, batch)
        assert_like(growing, reference, {0, growing.size // 2, growing.size - 1})
    assert_like(Tree(database), reference, range(0, growing.size, 17))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_append_any_split_with_restarts_equals_model(database, data):
    with database.writing() as connection:  # every example begins anew
        connection.execute(tables.tile.delete())
        connection.execute(tables.head.update().values(size=0, root=EMPTY_ROOT))
    growing = Tree(database)
    for batch in data.draw(st.lists(st.integers(1, 400), min_size=1, max_size=6)):
        grow(database, growing, batch)
        if data.draw(st.booleans()):
            growing = Tree(database)
    old = data.draw(st.integers(1, growing.size))
    index = data.draw(st.integers(0, old - 1))
    reference = model(growing.size)
    assert_like(growing, reference, {index})
    earlier = root(old, growing.read)
    assert earlier == root(old, reference)
    path = inclusion_path(index, old, growing.read)
    check_inclusion(leaf(index), index=index, size=old, path=path, head=earlier)
    check_consistency(
        old=old,
        new=growing.size,
        old_head=earlier,
        new_head=growing.root,
        path=consistency_path(old, growing.size, growing.read),
    )


def test_append_across_the_second_level_and_pruning_equals_model(database):
    growing, reference = Tree(database), model(66_000)
    for target in (30_000, 40_000, 65_535, 65_536, 65_537, 65_800, 66_000):
        grow(database, growing, target - growing.size)
        near = {0, 1, 255, 256, 257, 29_999, 32_768, target - 257, target - 1}
        assert_like(growing, reference, {index for index in near if index < target})
        assert len(growing._recent) <= tree._RECENT_NODES
    reopened = Tree(database)
    assert (reopened.size, reopened.root) == (growing.size, growing.root)
    assert_like(reopened, reference, (*around(256, 65_535), *range(0, 66_000, 1013)))
    assert len(reopened._full_tiles) <= tree._KEPT_TILES
    for old in around(256, 32_768, 65_536):
        path = consistency_path(old, reopened.size, reopened.read)
        assert path == consistency_path(old, reopened.size, reference)


def test_append_after_restart_at_exact_tile_borders_equals_model(database):
    reference = model(65_540)
    sizes = (*around(256, 512), *around(65_536), 65_540)
    for size in sizes:
        growing = Tree(database)
        grow(database, growing, size - growing.size)
        assert growing.root == root(size, reference)


def test_write_tile_on_disk_holds_the_hashes_of_its_level(database, rows):
    growing, reference = Tree(database), model(600)
    grow(database, growing, 300)
    grow(database, growing, 300)
    tiles = {(level, number): hashes for level, number, hashes in rows("SELECT * FROM tile")}
    assert sorted(tiles) == [(0, 0), (0, 1), (0, 2), (1, 0)]
    assert tiles[0, 2] == b"".join(leaves(512, 600))
    assert tiles[1, 0] == reference(8, 0) + reference(8, 1)


def test_read_node_that_is_not_there_is_an_error_not_a_hash(database):
    growing = Tree(database)
    grow(database, growing, 5)
    for height, index in ((0, 5), (2, 1), (8, 0), (0, 300)):
        with pytest.raises(KeyError):
            growing.read(height, index)


def test_read_from_threads_while_appending_gives_right_proofs(database):
    first, last, batch = 3000, 6000, 37
    reference = model(last + batch)
    grow(database, Tree(database), first)
    heads = {size: root(size, reference) for size in range(first, last + batch)}
    growing = Tree(database)  # reopened: early leaves come from tiles on disk
    done = threading.Event()

    def read(seed):
        proofs = 0
        while not done.is_set() or proofs < 50:
            size, head = growing.head
            assert head == heads[size]
            index = (proofs * 7919 + seed * 104_729) % size
            path = inclusion_path(index, size, growing.read)
            assert path == inclusion_path(index, size, reference)
            proofs += 1
        return proofs

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(3) as readers:
            results = [readers.submit(read, seed) for seed in range(3)]
            while growing.size < last:
                grow(database, growing, batch)
            done.set()
            assert all(result.result() >= 50 for result in results)
    finally:
        sys.setswitchinterval(interval)
    assert growing.root == root(growing.size, reference)
