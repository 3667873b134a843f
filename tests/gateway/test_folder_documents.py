import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.convert.conversion import Conversion, Draft, Failure, Remark
from node.errors import CallerError
from node.gateway.folder_documents import read_contents

FAILURE = Failure("line 3, column hs", "/goods/0", "convert.cell", "no number")
REMARK = Remark("dropped", "column x", "", "there is no such member")


def never(raw):
    raise AssertionError(raw)


def read(raw, convert=never, most=1000):
    return read_contents(raw, convert, most=most)


def documents(raw):
    return [(piece.place, piece.document) for piece in read(raw).pieces]


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (b'{"a":1}', [("", b'{"a":1}')]),
        (b'\xef\xbb\xbf{"a":1}\r\n', [("", b'{"a":1}')]),
        (b'{\n "a": 1\n}\n', [("", b'{\n "a": 1\n}')]),
        (b'[{"a": 1.0} , {"b":"\xd1\x88"}]', [("[0]", b'{"a": 1.0}'), ("[1]", b'{"b":"\xd1\x88"}')]),
        (b'\n[ 3,"x" ]\n', [("[0]", b"3"), ("[1]", b'"x"')]),
        (b'[{"a":"\xff"}]', [("[0]", b'{"a":"\xff"}')]),
        (b'{"a":1}\r\n\n{"b":2}\n', [("line 1", b'{"a":1}'), ("line 3", b'{"b":2}')]),
        (b'{"a":1}\n{"b":\n', [("line 1", b'{"a":1}'), ("line 2", b'{"b":')]),
        (b"nonsense", [("", b"nonsense")]),
    ],
)
def test_read_contents_json_of_any_shape_keeps_each_documents_bytes(raw, found):
    assert documents(raw) == found


@pytest.mark.parametrize("raw", [b"[1", b"[1 2]", b"[1,]", b"[", b"[1]x", b"[" * 100_000, b"[{]"])
def test_read_contents_broken_array_is_refused_whole(raw):
    contents = read(raw)
    assert [error.code for error in contents.errors] == ["file.malformed"]
    assert contents.pieces == ()


@pytest.mark.parametrize("raw", [b"", b" \n", b"\xef\xbb\xbf", b"[]", b"[ ]\n"])
def test_read_contents_nothing_in_it_is_refused(raw):
    assert [error.code for error in read(raw).errors] == ["file.empty"]


@pytest.mark.parametrize("raw", [b"[1,2,3]", b'{"a":1}\n{"a":2}\n{"a":3}'])
def test_read_contents_number_of_documents_is_bounded(raw):
    assert len(read(raw, most=3).pieces) == 3
    contents = read(raw, most=2)
    assert [error.code for error in contents.errors] == ["file.documents"]
    assert contents.pieces == ()


@given(st.lists(st.dictionaries(st.text(max_size=5), st.integers(), max_size=3), min_size=1, max_size=9))
def test_read_contents_array_and_its_parts_agree(values):
    raw = json.dumps(values, ensure_ascii=False).encode()
    assert [json.loads(document) for _, document in documents(raw)] == values


def test_read_contents_keys_follow_content_and_place_alone():
    first, again, other = read(b"[1,1]"), read(b"[1,1]"), read(b"[1,1] ")
    assert [piece.key for piece in first.pieces] == [piece.key for piece in again.pieces]
    assert len({piece.key for piece in (*first.pieces, *other.pieces)}) == 4
    assert first.sha256 == hashlib.sha256(b"[1,1]").hexdigest()
    assert first.pieces[0].digest == hashlib.sha256(b"1").digest()


def test_read_contents_keys_are_what_every_door_takes():
    (piece,) = read(b"{}").pieces
    assert piece.key.isascii()
    assert piece.key.isprintable()
    assert len(piece.key) <= 128


FOREIGN = b"reference;office_of_entry\nA;B\n"


def test_read_contents_foreign_file_is_converted():
    conversion = Conversion((Draft("line 2", {"a": "ш"}, (REMARK,)),), (), (REMARK,))
    contents = read(FOREIGN, lambda _: conversion)
    (piece,) = contents.pieces
    assert json.loads(piece.document) == {"a": "ш"}
    assert (piece.place, piece.remarks, contents.remarks) == ("line 2", (REMARK,), (REMARK,))


def test_read_contents_foreign_file_has_the_files_digest_for_its_documents_change_with_the_time():
    first = read(FOREIGN, lambda _: Conversion((Draft("line 2", {"issued": 1}),)))
    later = read(FOREIGN, lambda _: Conversion((Draft("line 2", {"issued": 2}),)))
    assert first.pieces[0].document != later.pieces[0].document
    assert first.pieces[0].digest == later.pieces[0].digest == hashlib.sha256(FOREIGN).digest()
    assert first.pieces[0].key == later.pieces[0].key


def test_read_contents_failed_draft_names_its_reasons_and_spoils_no_other():
    drafts = (Draft("line 2", {}, failures=(FAILURE, FAILURE)), Draft("line 4", {"a": 1}))
    bad, good = read(FOREIGN, lambda _: Conversion(drafts)).pieces
    assert bad.document is None
    assert [(error.code, error.pointer) for error in bad.errors] == [("convert.cell", "/goods/0")] * 2
    assert bad.errors[0].message == "line 3, column hs: no number"
    assert good.errors == ()
    assert good.key != bad.key


def test_read_contents_failure_of_the_whole_file_is_said():
    contents = read(FOREIGN, lambda _: Conversion((), (FAILURE,)))
    assert [error.code for error in contents.errors] == ["convert.cell"]


@pytest.mark.parametrize(("made", "code"), [(0, "file.empty"), (4, "file.documents")])
def test_read_contents_foreign_file_with_none_or_too_many_is_refused(made, code):
    conversion = Conversion((Draft("line 2", {}),) * made)
    assert [error.code for error in read(FOREIGN, lambda _: conversion, most=3).errors] == [code]


def test_read_contents_file_that_its_reader_refuses_is_refused():
    def refuse(_raw):
        raise CallerError("convert.encrypted", "it has a password")

    contents = read(b"PK\x03\x04", refuse)
    assert [error.code for error in contents.errors] == ["convert.encrypted"]
    assert contents.sha256
