import dataclasses
import json

import pytest

from node.audit.event import Kind, read_entry
from node.envelope.chunking import FileKey, seal_chunk
from node.envelope.sealing import Context
from node.errors import CallerError, PeerError, Refusal
from node.limits import CHUNK_BYTES
from node.message.attachment import Enclosure
from node.transfer.files import (
    Wanted,
    abandon_file,
    check_held,
    holds_nothing,
    next_chunk,
    receive_file,
    unfold,
)
from node.transfer.lifecycle import AbandonedFile, ReceivedFile
from node.transfer.outgoing import prepare
from node.transfer.submission import Submission
from tests.world import AZ, NOW, TM, alert, sender_of, usual

LETTER = usual()
KEY = FileKey(Context("sx1", LETTER.id, TM.id), 1, bytes(32))
SIZE = 2 * CHUNK_BYTES + 5
WANTED = Wanted(TM.id, LETTER.id, 1, "ab" * 32, SIZE, KEY)
SHA256 = "cd" * 32


def chunk(piece, index, *, is_last=False, key=KEY):
    return seal_chunk(key, piece, index=index, is_last=is_last)


# --- a chunk against what is declared --------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "following"),
    [(0, 0), (1, 0), (CHUNK_BYTES - 1, 0), (CHUNK_BYTES, 1), (CHUNK_BYTES + 9, 1), (3 * CHUNK_BYTES, 3)],
)
def test_next_chunk_follows_the_whole_chunks_that_are_here(held, following):
    assert next_chunk(held) == following


@pytest.mark.parametrize(
    ("length", "index", "is_last"),
    [(CHUNK_BYTES, 0, False), (CHUNK_BYTES, 1, False), (5, 2, True)],
)
def test_unfold_chunk_of_the_declared_length_is_opened(length, index, is_last):
    piece = bytes(length)
    assert unfold(chunk(piece, index, is_last=is_last), WANTED) == piece


TOO_LONG_OR_SHORT = {
    "the last before its turn": (CHUNK_BYTES, 0, True),
    "the last not said to be the last": (5, 2, False),
    "one byte more at the end": (6, 2, True),
    "one byte less at the end": (4, 2, True),
    "a short one in the middle": (CHUNK_BYTES - 1, 1, False),
    "more behind the end": (CHUNK_BYTES, 2, False),
}


@pytest.mark.parametrize(
    ("length", "index", "is_last"), TOO_LONG_OR_SHORT.values(), ids=TOO_LONG_OR_SHORT
)
def test_unfold_genuine_chunk_of_another_length_is_a_mismatch(length, index, is_last):
    with pytest.raises(PeerError) as caught:
        unfold(chunk(bytes(length), index, is_last=is_last), WANTED)
    assert caught.value.refusal is Refusal.ATTACHMENT_MISMATCH


def test_unfold_chunk_that_somebody_without_the_salt_made_does_not_open():
    forged = chunk(bytes(5), 2, is_last=True, key=FileKey(KEY.context, 1, b"x" * 32))
    with pytest.raises(PeerError) as caught:
        unfold(forged, WANTED)
    assert caught.value.refusal is Refusal.ENVELOPE_UNOPENED


def test_wanted_file_has_the_place_of_its_message():
    assert WANTED.place == (TM.id, LETTER.id, 1)


# --- how a file ends -------------------------------------------------------------------------------


def test_receive_file_whole_one_is_recorded_and_goes_back():
    step = receive_file(WANTED, log=AZ.origin, now=NOW)
    assert step.entry.kind is Kind.ATTACHMENT_RECEIVED
    assert step.entry.members == {
        "from": "TM-SCS",
        "re": LETTER.id,
        "number": 1,
        "status": "accepted",
    }
    assert step.due_to == "TM-SCS"
    assert step.change == ReceivedFile("TM-SCS", LETTER.id, 1, SIZE)
    assert read_entry(step.entry.raw) == step.entry


def test_receive_file_refused_one_is_recorded_with_its_code_and_goes_back():
    error = PeerError(Refusal.ATTACHMENT_NO_ROOM, "full")
    step = receive_file(WANTED, log=AZ.origin, now=NOW, error=error)
    assert (step.entry.members["status"], step.entry.members["code"]) == (
        "refused",
        "attachment.no_room",
    )
    assert step.change.code == "attachment.no_room"
    assert step.due_to == "TM-SCS"


def test_abandon_file_is_recorded_and_goes_to_nobody():
    step = abandon_file(LETTER.id, 2, peer="AZ-SCC", log=TM.origin, now=NOW)
    assert step.entry.kind is Kind.ATTACHMENT_ABANDONED
    assert step.entry.members == {"re": LETTER.id, "to": "AZ-SCC", "number": 2}
    assert (step.change, step.due_to) == (AbandonedFile(LETTER.id, "AZ-SCC", 2), None)


# --- a document that promises files ----------------------------------------------------------------


def with_files(*members):
    described = [
        {
            "kind": "photo",
            "file_name": "seal.jpg",
            "media_type": "image/jpeg",
            "size_bytes": 7,
            "sha256": SHA256,
            **more,
        }
        for more in members
    ]
    return json.loads(alert()) | {"attachments": described}


def submit(document, holds):
    sender = dataclasses.replace(sender_of(), holds=holds)
    return prepare(Submission(json.dumps(document).encode()), sender, now=NOW)


def test_prepare_document_whose_files_are_here_is_sealed_with_them():
    asked = []
    prepared = submit(
        with_files({"uri": "https://files.example/1"}, {}),
        lambda sha256, size: asked.append((sha256, size)) or True,
    )
    assert prepared.error is None
    assert asked == [(SHA256, 7)]
    assert prepared.transition.change.files == (Enclosure(2, SHA256, 7, "/attachments/1"),)


def test_prepare_document_whose_file_is_not_here_is_refused_with_the_pointer():
    prepared = submit(with_files({"uri": "https://files.example/1"}, {}), holds_nothing)
    assert (prepared.error.code, prepared.error.pointer) == ("attachment.absent", "/attachments/1")
    assert prepared.transition.entry.kind is Kind.MESSAGE_REFUSED


def test_prepare_document_whose_files_are_elsewhere_needs_none_here():
    prepared = submit(with_files({"uri": "https://files.example/1"}), holds_nothing)
    assert prepared.error is None
    assert prepared.transition.change.files == ()


def test_check_held_names_the_file_and_what_to_do():
    with pytest.raises(CallerError, match="attachment 3") as caught:
        check_held([Enclosure(3, SHA256, 7, "/document/attachments/2")], holds_nothing)
    assert caught.value.pointer == "/document/attachments/2"
    assert "sarbon attach" in caught.value.hint
