import errno
import hashlib
import io
import os
import stat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.errors import CallerError, OperatorError
from node.limits import CHUNK_BYTES, MAX_ATTACHMENT_BYTES
from node.store.attachments import Attachments, Kept

PLACE = ("UZ-CC", "01890a5d-ac96-774b-bcce-b302099a8057", 1)


def sha(content):
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def store(tmp_path):
    return Attachments(tmp_path)


def add(store, content, *, place=PLACE, start=0):
    for offset in range(start, len(content), CHUNK_BYTES):
        store.append(place, content[offset : offset + CHUNK_BYTES], start=offset)


# --- files of ours ---------------------------------------------------------------------------------


def test_keep_file_is_found_by_its_hash_and_size(store):
    kept = store.keep(io.BytesIO(b"a photo"))
    assert kept == Kept(sha(b"a photo"), 7)
    assert store.holds(kept.sha256, 7)
    assert not store.holds(kept.sha256, 8)
    assert not store.holds(sha(b"another"), 7)
    assert store.is_intact(kept.sha256)


def test_keep_same_file_twice_keeps_one(store, tmp_path):
    for _ in range(2):
        store.keep(io.BytesIO(b"a photo"))
    assert [path.name for path in (tmp_path / "attachments" / "sent").iterdir()] == [sha(b"a photo")]


def test_keep_file_and_folders_are_the_owners_alone(store, tmp_path):
    store.keep(io.BytesIO(b"a photo"))
    add(store, b"theirs")
    store.complete(PLACE, sha(b"theirs"))
    for path in (tmp_path / "attachments").rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


@pytest.mark.parametrize(
    ("size", "code"),
    [(0, "attachment.empty"), (MAX_ATTACHMENT_BYTES + 1, "attachment.oversize")],
)
def test_keep_file_of_a_size_that_cannot_travel_is_refused_and_leaves_nothing(
    store, tmp_path, size, code
):
    with pytest.raises(CallerError) as caught:
        store.keep(io.BytesIO(bytes(size)))
    assert caught.value.code == code
    assert list((tmp_path / "attachments" / "sent").iterdir()) == []


def test_keep_file_at_the_limit_is_kept(store):
    assert store.keep(io.BytesIO(bytes(MAX_ATTACHMENT_BYTES))).size_bytes == MAX_ATTACHMENT_BYTES


class Full(io.BytesIO):
    """A file on a disk that fails while it is read."""

    def read(self, _size=-1):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_keep_on_a_full_disk_says_so_and_leaves_nothing(store, tmp_path):
    with pytest.raises(OperatorError) as caught:
        store.keep(Full())
    assert caught.value.code == "disk.full"
    assert list((tmp_path / "attachments" / "sent").iterdir()) == []


def test_piece_gives_at_most_a_chunk_from_where_it_is_asked(store):
    content = os.urandom(CHUNK_BYTES + 10)
    kept = store.keep(io.BytesIO(content))
    assert store.piece(kept.sha256, start=0) == content[:CHUNK_BYTES]
    assert store.piece(kept.sha256, start=CHUNK_BYTES) == content[CHUNK_BYTES:]


def test_piece_of_a_file_that_is_gone_is_an_operators_error(store):
    with pytest.raises(OperatorError) as caught:
        store.piece("ab" * 32, start=0)
    assert caught.value.code == "attachment.folder"


def test_is_intact_file_changed_on_the_disk_is_not(store):
    kept = store.keep(io.BytesIO(b"a photo"))
    store.path_of_sent(kept.sha256).write_bytes(b"another")
    assert not store.is_intact(kept.sha256)
    store.path_of_sent(kept.sha256).unlink()
    assert not store.is_intact(kept.sha256)


# --- files of peers --------------------------------------------------------------------------------


@given(st.integers(1, 2 * CHUNK_BYTES + 2))
@settings(max_examples=10, deadline=None)
def test_append_pieces_in_order_give_the_file(tmp_path_factory, size):
    store, content = Attachments(tmp_path_factory.mktemp("a")), os.urandom(size)
    add(store, content)
    assert store.received_bytes(PLACE) == size
    assert store.complete(PLACE, sha(content))
    assert store.path_of_received(PLACE).read_bytes() == content
    assert store.received_bytes(PLACE) == size


def test_append_over_a_torn_end_cuts_it_off(store):
    content = os.urandom(CHUNK_BYTES + 10)
    add(store, content[: CHUNK_BYTES + 4])  # as a power cut leaves it
    store.append(PLACE, content[CHUNK_BYTES:], start=CHUNK_BYTES)
    assert store.complete(PLACE, sha(content))


def test_complete_other_hash_is_told_and_the_file_stays_unnamed(store):
    add(store, b"theirs")
    assert not store.complete(PLACE, sha(b"others"))
    assert not store.path_of_received(PLACE).exists()
    assert store.received_bytes(PLACE) == 6


def test_complete_again_after_a_crash_behind_the_renaming_says_the_same(store):
    add(store, b"theirs")
    assert store.complete(PLACE, sha(b"theirs"))
    assert store.complete(PLACE, sha(b"theirs"))
    assert not store.complete(PLACE, sha(b"others"))


def test_append_to_a_whole_file_changes_nothing(store, tmp_path):
    add(store, b"theirs")
    store.complete(PLACE, sha(b"theirs"))
    add(store, b"theirs")
    assert list((tmp_path / "attachments").rglob("*.part")) == []


def test_discard_leaves_nothing_of_a_file(store):
    add(store, b"theirs")
    store.discard(PLACE)
    assert store.received_bytes(PLACE) == 0
    store.discard(PLACE)


def test_discard_parts_removes_only_old_unfinished_files(store, tmp_path):
    fresh, old, whole = ((*PLACE[:2], number) for number in (1, 2, 3))
    for place in (fresh, old, whole):
        add(store, b"theirs", place=place)
    store.complete(whole, sha(b"theirs"))
    for path in (tmp_path / "attachments").rglob("*"):
        if path.is_file() and not path.name.startswith("1"):
            os.utime(path, (1, 1))
    assert store.discard_parts(before_seconds=1000) == 1
    assert [store.received_bytes(place) for place in (fresh, old, whole)] == [6, 0, 6]


def test_discard_parts_without_any_folder_is_nothing(store):
    assert store.discard_parts(before_seconds=1000) == 0


def test_discard_parts_of_ours_that_is_gone_meanwhile_is_nothing(store, tmp_path):
    folder = tmp_path / "attachments" / "sent"
    folder.mkdir(parents=True)
    (folder / "a.part").symlink_to(folder / "gone")
    assert store.discard_parts(before_seconds=1e12) == 0


def test_unfinished_bytes_counts_the_parts_of_one_peer(store):
    assert store.unfinished_bytes("UZ-CC") == 0
    add(store, b"theirs")
    add(store, b"another", place=(*PLACE[:2], 2))
    add(store, b"whole", place=(*PLACE[:2], 3))
    store.complete((*PLACE[:2], 3), sha(b"whole"))
    add(store, b"of somebody else", place=("TM-SCS", *PLACE[1:]))
    assert store.unfinished_bytes("UZ-CC") == 13


def test_occupied_bytes_counts_peers_files_whole_or_not(store):
    assert store.occupied_bytes() == 0
    store.keep(io.BytesIO(b"of ours"))
    add(store, b"theirs")
    add(store, b"whole", place=(*PLACE[:2], 2))
    store.complete((*PLACE[:2], 2), sha(b"whole"))
    assert store.occupied_bytes() == 11


def test_append_where_a_file_stands_in_the_way_is_an_operators_error(store, tmp_path):
    (tmp_path / "attachments").write_bytes(b"")
    with pytest.raises(OperatorError) as caught:
        add(store, b"theirs")
    assert caught.value.code == "attachment.folder"
    assert "attachments" in caught.value.message
