import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.event import CATALOGUE, Entry, Kind, read_entry, reread_entry, write_entry
from node.errors import PeerError, Refusal
from node.limits import MAX_ENTRY_BYTES, MAX_SAFE_INTEGER

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "entries.json").read_text("utf-8"))
LOG = "iren.example/az-scc/2026"

counts = st.integers(0, MAX_SAFE_INTEGER)
hashes = st.text("ABCXYZabcxyz019_-", min_size=43, max_size=43)
authorities = st.from_regex(r"[A-Z]{2}-[A-Z0-9]{2,12}", fullmatch=True)
words = st.from_regex(r"[\x21-\x7e]{1,128}", fullmatch=True)
line_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=256)


def raw_of(row):
    return row["entry"].encode() if "entry" in row else bytes.fromhex(row["entry_hex"])


@given(counts, line_texts, authorities, counts, hashes)
@settings(max_examples=100, deadline=None)
def test_read_entry_written_entry_gives_it_back(at, log, peer, size, evidence):
    entry = write_entry(Kind.PEER_FORKED, at=at, log=log, peer=peer, size=size, evidence=evidence)
    assert read_entry(entry.raw) == entry
    assert entry.members == {"peer": peer, "size": size, "evidence": evidence}


@given(words, line_texts, authorities)
@settings(max_examples=50, deadline=None)
def test_read_entry_written_words_and_lines_give_them_back(word, line, authority):
    for entry in (
        write_entry(Kind.NODE_STARTED, at=0, log=LOG, version=word),
        write_entry(Kind.AUTHORITY_SUSPENDED, at=0, log=LOG, authority=authority, reason=line),
        write_entry(Kind.AUTHORITY_ADDED, at=0, log=LOG, card=line),
    ):
        assert read_entry(entry.raw) == entry


@pytest.mark.parametrize("row", VECTORS["good"], ids=lambda row: f"{row['kind']} {row['leaf'][:8]}")
def test_read_entry_published_entry_is_written_again(row):
    entry = read_entry(raw_of(row))
    assert entry.kind == row["kind"]
    assert entry.leaf.hex() == row["leaf"]
    assert entry.leaf == hashlib.sha256(b"\0" + entry.raw).digest()
    members = {f"{name}_": value for name, value in entry.members.items()}
    assert write_entry(entry.kind, at=entry.at, log=entry.log, **members) == entry


def test_vectors_every_kind_of_the_catalogue_is_published():
    assert {row["kind"] for row in VECTORS["good"]} == set(Kind) == set(CATALOGUE)


@pytest.mark.parametrize("row", VECTORS["bad"], ids=lambda row: row["changed"])
def test_read_entry_published_bad_entry_is_refused(row):
    with pytest.raises(PeerError) as caught:
        read_entry(raw_of(row))
    assert caught.value.refusal == row["code"]


@pytest.mark.parametrize("count", [1, 64])
def test_read_entry_lists_of_one_and_of_64_are_read(count):
    sealed = read_entry(raw_of(VECTORS["good"][-1]))
    names = [f"TM-X{number:02}" for number in range(count)]
    to = [sealed.members["to"][0] | {"id": name} for name in names]
    founded = {
        "network": "iren.example",
        "keys": ["one", "other"],
        "holders": [{"id": name, "key": "A" * 43} for name in names],
        "threshold": 1,
        "fresh_days": 7,
        "grace_days": 3,
    }
    manifest = {f"{name}_": value for name, value in sealed.members.items()} | {"to_": to}
    refused = {"id": sealed.members["id"], "code": "document.invalid", "to": names}
    for kind, members in (
        (Kind.MESSAGE_SEALED, manifest),
        (Kind.MESSAGE_REFUSED, refused),
        (Kind.NETWORK_FOUNDED, founded),
    ):
        entry = write_entry(kind, at=1, log=LOG, **members)
        assert read_entry(entry.raw) == entry


def test_write_entry_none_is_left_out_and_from_is_written():
    entry = write_entry(
        Kind.MESSAGE_RECEIVED,
        at=1,
        log=LOG,
        from_="TM-SCS",
        manifest="A" * 43,
        index=0,
        status="accepted",
        code=None,
    )
    assert set(entry.members) == {"from", "manifest", "index", "status"}


@pytest.mark.parametrize(
    ("kind", "at", "log", "members"),
    [
        (Kind.NODE_STOPPED, -1, LOG, {}),
        (Kind.NODE_STOPPED, 1.5, LOG, {}),
        (Kind.NODE_STOPPED, True, LOG, {}),
        (Kind.NODE_STOPPED, MAX_SAFE_INTEGER + 1, LOG, {}),
        (Kind.NODE_STOPPED, 1, "", {}),
        (Kind.NODE_STOPPED, 1, "a\nb", {}),
        (Kind.NODE_STOPPED, 1, LOG, {"version": "1"}),
        (Kind.NODE_STOPPED, 1, LOG, {"v": 1}),
        (Kind.NODE_STARTED, 1, LOG, {}),
        (Kind.NODE_STARTED, 1, LOG, {"version": None}),
        (Kind.NODE_STARTED, 1, LOG, {"version": "a b"}),
        (Kind.AUTHORITY_ADDED, 1, LOG, {"card": "\ud800"}),
        (Kind.AUTHORITY_ADDED, 1, LOG, {"card": "x" * MAX_ENTRY_BYTES}),
    ],
)
def test_write_entry_members_that_are_not_the_kinds_are_our_fault(kind, at, log, members):
    with pytest.raises(ValueError, match=r"."):
        write_entry(kind, at=at, log=log, **members)


def test_write_entry_of_16_kib_is_read_and_one_byte_more_is_refused():
    size = len(write_entry(Kind.AUTHORITY_ADDED, at=1, log=LOG, card="").raw)
    entry = write_entry(Kind.AUTHORITY_ADDED, at=1, log=LOG, card="x" * (MAX_ENTRY_BYTES - size))
    assert len(entry.raw) == MAX_ENTRY_BYTES
    assert read_entry(entry.raw) == entry
    with pytest.raises(PeerError) as caught:
        read_entry(entry.raw.replace(b"xx", b"xxx", 1))
    assert caught.value.refusal is Refusal.ENTRY_OVERSIZE


@given(st.integers(min_value=0), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_read_entry_changed_byte_is_refused_or_another_entry(position, byte):
    raw = bytearray(raw_of(VECTORS["good"][7]))
    raw[position % len(raw)] = byte
    try:
        entry = read_entry(bytes(raw))
    except PeerError:
        return
    assert entry.raw == raw
    assert isinstance(entry, Entry)


def test_reread_entry_is_what_reading_gave():
    for row in VECTORS["good"]:
        assert reread_entry(raw_of(row)) == read_entry(raw_of(row))
