import json
from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.checkpoint import Checkpoint
from node.audit.event import Kind, write_entry
from node.audit.note import Note, SignatureLine
from node.audit.witness import ForkError, GapError, Request, Watched
from node.canonical import b64u
from node.envelope.wire import Bundle, Link, Witness, bundle_digest, encode_bundle, seal_bundle
from node.errors import PeerError, Refusal
from node.limits import MAX_BUNDLE_BYTES, MAX_SAFE_INTEGER
from node.transfer.arrival import refuse_bundle
from node.transfer.incoming import accept
from node.transfer.lifecycle import State
from tests.world import (
    AZ,
    NOTHING,
    NOW,
    STRANGER,
    TM,
    UZ,
    Book,
    arrive,
    believe,
    book_with,
    flipped,
    items_of,
    nested,
    opened_book,
    party,
    receiver_of,
    refusal,
    usual,
    wrapped,
)

ONE, TWO, THREE = (usual(number, number) for number in (1, 2, 3))
BOOK = book_with(ONE, TWO, THREE)
BUNDLE = BOOK.bundle(items_of(BOOK, ONE, TWO, THREE))
RAW = wrapped(BUNDLE)
SIZE = len(BOOK.entries)


def code_of(raw, **changes):
    return refusal(lambda: arrive(raw, **changes))


def sealed(plain, to=AZ):
    return seal_bundle(plain, receiver=to.id, key=to.encryption.public)


def note_with(*lines, book=BOOK):
    return Note(book.note().text, lines)


def under(note, *items, old=0, path=(), chain=()):
    return wrapped(Bundle(Request(old, tuple(path), note).encode(), items, tuple(chain)))


# --- in order --------------------------------------------------------------------------------------


def test_unpack_bundle_in_order_gives_sender_head_and_items():
    arrival = arrive(RAW)
    assert arrival.sender == TM.card
    assert (arrival.checkpoint.size, arrival.checkpoint.root) == (SIZE, BOOK.root())
    assert arrival.digest == bundle_digest(RAW)
    assert [proved.entry.raw for proved in arrival.items] == BOOK.entries[2:]
    assert [proved.fault for proved in arrival.items] == [None] * 3
    assert arrival.heads == {0: BOOK.root(0), SIZE: BOOK.root()}


def test_unpack_bundle_keeps_the_checkpoint_as_signed():
    assert arrive(RAW).note == BUNDLE.checkpoint.partition("\n\n")[2]


def test_unpack_bundle_gives_what_the_sender_says_of_our_log():
    witness = Witness(size=7, cosignatures="\u2014 x AAAAAAA=\n", conflict="")
    assert arrive(wrapped(replace(BUNDLE, witness=witness))).witness == witness


def test_unpack_bundle_without_items_is_believed():
    assert arrive(wrapped(BOOK.bundle([]))).items == ()


def test_unpack_bundle_sealed_to_an_older_key_still_opens():
    older = party("AZ-SCC", 1)
    receiver = receiver_of(keys={**AZ.by_kid, **older.by_kid})
    raw = sealed(encode_bundle(BUNDLE), older)
    assert len(arrive(raw, receiver=receiver).items) == 3


def test_unpack_head_grown_with_its_proof_is_believed():
    watched = believe(NOTHING, arrive(wrapped(BOOK.bundle([], size=3))))
    later = arrive(wrapped(BOOK.bundle([], old=3)), watched=watched)
    assert later.heads == {3: BOOK.root(3), SIZE: BOOK.root()}


def test_unpack_chain_gives_every_head_on_the_way():
    chain = [BOOK.link(0, 1), BOOK.link(1, 3), BOOK.link(3, 4)]
    arrival = arrive(wrapped(BOOK.bundle([], chain=chain)))
    assert arrival.heads == {size: BOOK.root(size) for size in (0, 1, 3, 4, SIZE)}


def test_unpack_overtaken_head_is_believed_without_a_gap():
    early = wrapped(BOOK.bundle([], size=3))
    late = wrapped(BOOK.bundle([], chain=[BOOK.link(0, 3)]))
    watched = believe(NOTHING, arrive(late))
    assert arrive(early, watched=watched).checkpoint.size == 3


# --- the bundle as a whole -------------------------------------------------------------------------

UNREADABLE = {
    "empty": b"",
    "magic only": RAW[:4],
    "header only": RAW[:36],
    "without its last byte": RAW[:-1],
    "half": RAW[: len(RAW) // 2],
    "one byte more": RAW + b"\0",
    "zeros": bytes(5000),
    "not sealed": encode_bundle(BUNDLE),
    "other magic": b"SBN2" + RAW[4:],
    "sealed to another authority": wrapped(BUNDLE, UZ),
    "sealed to our key in another's name": seal_bundle(
        encode_bundle(BUNDLE), receiver="UZ-CC", key=AZ.encryption.public
    ),
    "sealed to a key we do not hold": wrapped(BUNDLE, party("AZ-SCC", 1)),
    "another's key id put in its place": RAW[:4] + next(iter(UZ.by_kid)) + RAW[36:],
}


@pytest.mark.parametrize("raw", UNREADABLE.values(), ids=UNREADABLE)
def test_unpack_bundle_unreadable_is_refused(raw):
    assert code_of(raw) == Refusal.BUNDLE_UNREADABLE


def test_unpack_bundle_oversize_is_refused():
    assert code_of(RAW.ljust(MAX_BUNDLE_BYTES, b"\0")) == Refusal.BUNDLE_UNREADABLE
    assert code_of(RAW.ljust(MAX_BUNDLE_BYTES + 1, b"\0")) == Refusal.BUNDLE_OVERSIZE


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 8 * len(RAW) - 1))
def test_unpack_any_one_bit_flipped_is_refused(bit):
    assert code_of(flipped(RAW, bit)) == Refusal.BUNDLE_UNREADABLE


@pytest.mark.parametrize("bit", [*range(0, 8 * 36, 7), *range(8 * 36, 8 * 1200, 401)])
def test_unpack_bit_of_header_or_key_flipped_is_refused(bit):
    assert code_of(flipped(RAW, bit)) == Refusal.BUNDLE_UNREADABLE


@settings(max_examples=50, deadline=None)
@given(st.integers(0, len(RAW) - 1))
def test_unpack_truncated_anywhere_is_refused(length):
    assert code_of(RAW[:length]) == Refusal.BUNDLE_UNREADABLE


PLAIN = encode_bundle(BUNDLE)
VALUE = json.loads(PLAIN)
ITEM = VALUE["items"][0]


def rewritten(**changes):
    return orjson.dumps({**VALUE, **changes}, option=orjson.OPT_SORT_KEYS)


def with_item(**changes):
    return rewritten(items=[{**ITEM, **changes}])


MALFORMED = {
    "empty": b"",
    "not json": b"{",
    "not utf-8": b"\xff",
    "truncated": PLAIN[:-1],
    "not an object": b"[]",
    "spaces": b" " + PLAIN,
    "member twice": PLAIN.replace(b'{"chain":[]', b'{"chain":[],"chain":[]', 1),
    "nested too deep": nested(300),
    "nested beyond the parser": nested(100_000),
    "item nested too deep": rewritten(items=[{**ITEM, "jwe": json.loads(nested(200))}]).replace(
        b"[" * 200, b"[" * 300
    ),
    "member absent": orjson.dumps({k: v for k, v in VALUE.items() if k != "chain"}),
    "unknown member": rewritten(extra=1),
    "version 2": rewritten(v=2),
    "checkpoint no text": rewritten(checkpoint=1),
    "checkpoint too long": rewritten(checkpoint="x" * 70_000),
    "items no list": rewritten(items={}),
    "257 items": rewritten(items=[{"entry": "", "index": 0, "path": ""}] * 257),
    "65 links": rewritten(chain=[{"size": 0, "root": b64u(bytes(32)) + "=", "path": ""}] * 65),
    "link lacks its path": rewritten(chain=[{"size": 0, "root": "A" * 43 + "="}]),
    "link with a short root": rewritten(chain=[{"size": 0, "root": "AA==", "path": ""}]),
    "witness no object": rewritten(witness=None),
    "witness with unknown member": rewritten(witness={"size": 0, "cosignatures": "", "x": 1}),
    "item with unknown member": with_item(extra=1),
    "index negative": with_item(index=-1),
    "index no whole number": with_item(index=1.5),
    "index true": with_item(index=True),
    "index beyond what an entry can hold": with_item(index=MAX_SAFE_INTEGER + 1),
    "index beyond 64 bits": PLAIN.replace(b'"index":2', b'"index":' + b"9" * 30),
    "path not of whole hashes": with_item(path="AAAA"),
    "path no base64": with_item(path="\u00e9"),
    "path of 64 hashes": with_item(path=b64u(bytes(64 * 32)) + "="),
    "jwe no object": with_item(jwe="x"),
    "entry no text": with_item(entry=1),
    "entry oversize": with_item(entry="x" * 16_385),
    "lone surrogate": PLAIN.replace(b'"entry":"', b'"entry":"\\ud800', 1),
}


@pytest.mark.parametrize("plain", MALFORMED.values(), ids=MALFORMED)
def test_unpack_bundle_malformed_inside_is_refused(plain):
    assert plain != PLAIN
    assert code_of(sealed(plain)) == Refusal.BUNDLE_MALFORMED


# --- whose it is -----------------------------------------------------------------------------------


def bundle_of(who, *, signer=None):
    book = opened_book(who)
    book.signer = signer or who.log
    return wrapped(book.bundle([book.item(1)]))


def test_unpack_sender_unknown_is_refused():
    assert code_of(bundle_of(STRANGER), queue_of=STRANGER) == Refusal.SENDER_UNKNOWN


def test_unpack_sender_suspended_is_refused():
    assert code_of(RAW, receiver=receiver_of(out=("TM-SCS",))) == Refusal.SENDER_SUSPENDED


def test_unpack_other_sender_suspended_is_accepted():
    assert code_of(RAW, receiver=receiver_of(out=("UZ-CC",))) is None


@pytest.mark.parametrize("queue", [UZ, AZ, STRANGER])
def test_unpack_queue_of_another_peer_is_refused(queue):
    assert code_of(RAW, queue_of=queue) == Refusal.SENDER_MISMATCH


def test_unpack_bundle_signed_by_the_receiver_itself_is_refused():
    assert code_of(bundle_of(AZ)) == Refusal.SENDER_MISMATCH


def test_unpack_log_keys_made_up_are_refused():
    forger = party("TM-SCS", 1).log
    assert code_of(bundle_of(TM, signer=forger)) == Refusal.CHECKPOINT_BAD_SIGNATURE


ED25519, MLDSA44 = BOOK.note().signatures


def damaged(line, at=20):
    return SignatureLine(line.name, line.key_id, flipped(line.signature, 8 * at))


BAD_SIGNATURES = {
    "Ed25519 only": note_with(ED25519),
    "ML-DSA-44 only": note_with(MLDSA44),
    "Ed25519 forged": note_with(damaged(ED25519), MLDSA44),
    "ML-DSA-44 forged": note_with(ED25519, damaged(MLDSA44)),
    "ML-DSA-44 time changed": note_with(ED25519, damaged(MLDSA44, 7)),
    "ML-DSA-44 cut": note_with(
        ED25519, SignatureLine(MLDSA44.name, MLDSA44.key_id, MLDSA44.signature[:8])
    ),
    "each other's signature": note_with(
        SignatureLine(ED25519.name, ED25519.key_id, MLDSA44.signature),
        SignatureLine(MLDSA44.name, MLDSA44.key_id, ED25519.signature),
    ),
    "key ids of nobody": note_with(SignatureLine(ED25519.name, b"\0" * 4, ED25519.signature), MLDSA44),
    "signed by another authority": note_with(*opened_book(UZ).note().signatures),
    "signatures of an earlier head": note_with(*BOOK.note(SIZE - 1).signatures),
}


@pytest.mark.parametrize("note", BAD_SIGNATURES.values(), ids=BAD_SIGNATURES)
def test_unpack_checkpoint_signature_does_not_hold_is_refused(note):
    assert code_of(under(note)) == Refusal.CHECKPOINT_BAD_SIGNATURE


NOTE = BOOK.note()
TEXT = NOTE.encode()
BAD_CHECKPOINTS = {
    "empty": "",
    "no note": "old 0\n\n",
    "no old size": "\n\n" + TEXT,
    "old size negative": "old -1\n\n" + TEXT,
    "old size with a sign": "old +0\n\n" + TEXT,
    "old size with a leading zero": "old 00\n\n" + TEXT,
    "old size of other digits": "old \u0663\n\n" + TEXT,
    "old size of five thousand digits": f"old {'9' * 5000}\n\n{TEXT}",
    "proof line no base64": "old 0\nx\n\n" + TEXT,
    "proof line short": "old 0\nAAAA\n\n" + TEXT,
    "64 proof lines": "old 0\n" + f"{'A' * 43}=\n" * 64 + "\n" + TEXT,
    "size of five thousand digits": "old 0\n\n" + TEXT.replace(f"\n{SIZE}\n", f"\n{'9' * 5000}\n"),
    "size of other digits": "old 0\n\n" + TEXT.replace(f"\n{SIZE}\n", "\n\u0665\n"),
    "size 2^63": "old 0\n\n" + TEXT.replace(f"\n{SIZE}\n", f"\n{2**63}\n"),
    "extension line": "old 0\n\n" + TEXT.replace("\n\n", "\nextension\n\n"),
    "control character": "old 0\n\n" + TEXT.replace("iren", "i\0ren", 1),
    "17 signatures": "old 0\n\n" + NOTE.text + "\n" + ED25519.encode() * 17,
    "no signature": "old 0\n\n" + NOTE.text + "\n",
    "signature no base64": "old 0\n\n" + NOTE.text + "\n\u2014 x !\n",
    "hyphen for a dash": "old 0\n\n" + TEXT.replace("\u2014", "-"),
    "without its last newline": "old 0\n\n" + TEXT[:-1],
}


@pytest.mark.parametrize("checkpoint", BAD_CHECKPOINTS.values(), ids=BAD_CHECKPOINTS)
def test_unpack_checkpoint_malformed_is_refused(checkpoint):
    raw = wrapped(Bundle(checkpoint, ()))
    assert code_of(raw) == Refusal.CHECKPOINT_MALFORMED


def test_unpack_size_beyond_what_an_entry_can_hold_is_refused():
    for size, code in ((MAX_SAFE_INTEGER, None), (MAX_SAFE_INTEGER + 1, Refusal.BUNDLE_MALFORMED)):
        note = TM.log.sign(size=size, root=bytes(32), seconds=1)
        assert code_of(under(note)) == code


# --- the log only grows ----------------------------------------------------------------------------

SEEN = believe(NOTHING, arrive(RAW))
OTHER = Book(TM.log, [*BOOK.entries[:4], usual("other").entry.raw, usual("more").entry.raw])


def fork_of(raw, watched=SEEN):
    with pytest.raises(PeerError) as refused:
        arrive(raw, watched=watched)
    return refused.value


def test_unpack_two_heads_of_one_size_are_a_fork():
    error = fork_of(wrapped(OTHER.bundle([], size=SIZE)))
    assert isinstance(error, ForkError)
    assert (error.refusal, error.size) == (Refusal.LOG_FORKED, SIZE)


def test_unpack_fork_keeps_the_contradicting_note_as_evidence():
    bundle = OTHER.bundle([], size=SIZE)
    note = fork_of(wrapped(bundle)).note
    assert note == bundle.checkpoint.partition("\n\n")[2]
    assert TM.card.log.verify(OTHER.note(SIZE)) == Checkpoint(TM.origin, SIZE, OTHER.root(SIZE))


def test_unpack_two_heads_of_one_size_with_a_false_path_are_a_fork_too():
    note = OTHER.note(SIZE)
    assert code_of(under(note, old=SIZE, path=[bytes(32)]), watched=SEEN) == Refusal.LOG_FORKED


def test_unpack_chain_through_a_head_that_contradicts_ours_is_a_fork():
    chain = [OTHER.link(0, SIZE)]
    assert code_of(wrapped(OTHER.bundle([], chain=chain)), watched=SEEN) == Refusal.LOG_FORKED


def test_unpack_grown_history_that_leaves_ours_is_no_proof():
    raw = wrapped(OTHER.bundle([], old=SIZE))
    assert code_of(raw, watched=SEEN) == Refusal.PROOF_INVALID


def test_unpack_other_history_that_passes_over_ours_is_a_gap():
    assert code_of(wrapped(OTHER.bundle([])), watched=SEEN) == Refusal.LOG_GAP


def test_unpack_log_rolled_back_to_a_head_never_seen_is_a_gap():
    error = fork_of(wrapped(BOOK.bundle([], size=SIZE - 1)))
    assert isinstance(error, GapError)
    assert (error.refusal, error.seen) == (Refusal.LOG_GAP, SIZE)


def test_unpack_log_rolled_back_and_grown_aside_is_a_fork():
    watched = Watched(SIZE, {size: BOOK.root(size) for size in range(1, SIZE + 1)})
    restored = Book(TM.log, BOOK.entries[:3])
    restored.add(usual("after the backup").entry)
    assert code_of(wrapped(restored.bundle([], old=3)), watched=watched) == Refusal.LOG_FORKED


def test_unpack_proof_from_a_head_we_do_not_know_is_a_gap():
    error = fork_of(wrapped(BOOK.bundle([], old=3)), watched=NOTHING)
    assert isinstance(error, GapError)
    assert error.seen == 0


def test_unpack_gap_brings_what_the_bundle_says_of_our_own_log():
    witness = Witness(conflict="our own head, as they hold it")
    error = fork_of(wrapped(BOOK.bundle([], old=3, witness=witness)), watched=NOTHING)
    assert error.witness == witness


def test_unpack_proof_that_passes_over_our_head_is_a_gap():
    watched = believe(NOTHING, arrive(wrapped(BOOK.bundle([], size=3))))
    assert code_of(wrapped(BOOK.bundle([])), watched=watched) == Refusal.LOG_GAP


def test_unpack_head_known_from_before_is_no_gap():
    assert code_of(RAW, watched=SEEN) is None


BEFORE = Watched(3, {3: BOOK.root(3)})
PATH = BOOK.path(3)
BAD_PATHS = {
    "empty": (),
    "cut": PATH[:-1],
    "too long": (*PATH, bytes(32)),
    "one hash changed": (bytes(32), *PATH[1:]),
    "turned round": PATH[::-1],
    "of another size": BOOK.path(2),
}


@pytest.mark.parametrize("path", BAD_PATHS.values(), ids=BAD_PATHS)
def test_unpack_consistency_path_does_not_lead_is_refused(path):
    assert path != PATH
    assert code_of(under(BOOK.note(), old=3, path=path), watched=BEFORE) == Refusal.PROOF_INVALID


BAD_CHAINS = {
    "root of nobody's tree": [Link(4, bytes(32), BOOK.path(3, 4))],
    "path of another step": [Link(4, BOOK.root(4), ())],
    "going back": [BOOK.link(3, 4), Link(2, BOOK.root(2), ())],
    "back to nothing": [Link(0, BOOK.root(0), ())],
    "beyond the checkpoint": [Link(SIZE + 1, bytes(32), BOOK.path(3, 4))],
    "beyond everything": [Link(2**62, bytes(32), (bytes(32),) * 60)],
    "the right root under a wrong size": [Link(4, BOOK.root(SIZE), BOOK.path(3))],
}


@pytest.mark.parametrize("chain", BAD_CHAINS.values(), ids=BAD_CHAINS)
def test_unpack_chain_does_not_lead_is_refused(chain):
    raw = under(BOOK.note(), old=3, path=BOOK.path(4), chain=chain)
    assert code_of(raw, watched=BEFORE) == Refusal.PROOF_INVALID


# --- each item -------------------------------------------------------------------------------------


def faults_of(*items, book=BOOK):
    arrival = arrive(wrapped(book.bundle(items)))
    return [proved.fault and proved.fault.refusal for proved in arrival.items]


def holding(raw):
    """A log in which the sender has put something that is no entry."""
    book = book_with(ONE)
    return book, book.add(raw)


GOOD = items_of(BOOK, ONE)[0]
BAD_ITEMS = {
    "path cut": (replace(GOOD, path=GOOD.path[:-1]), Refusal.PROOF_INVALID),
    "path too long": (replace(GOOD, path=(*GOOD.path, bytes(32))), Refusal.PROOF_INVALID),
    "path of 63 hashes": (replace(GOOD, path=(bytes(32),) * 63), Refusal.PROOF_INVALID),
    "no path": (replace(GOOD, path=()), Refusal.PROOF_INVALID),
    "other index": (replace(GOOD, index=GOOD.index + 1), Refusal.PROOF_INVALID),
    "index beyond the tree": (replace(GOOD, index=SIZE), Refusal.PROOF_INVALID),
    "largest index": (replace(GOOD, index=MAX_SAFE_INTEGER), Refusal.PROOF_INVALID),
    "entry changed": (
        replace(GOOD, entry=GOOD.entry.replace(b"urgent", b"Urgent")),
        Refusal.PROOF_INVALID,
    ),
    "entry not in the log": (replace(GOOD, entry=usual("nowhere").entry.raw), Refusal.PROOF_INVALID),
    "entry empty": (replace(GOOD, entry=b""), Refusal.PROOF_INVALID),
}


@pytest.mark.parametrize(("item", "code"), BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_unpack_item_not_proved_is_marked_and_harms_no_neighbour(item, code):
    before, after = items_of(BOOK, TWO, THREE)
    assert faults_of(before, item, after) == [None, code, None]


ENTRY = ONE.entry.raw
MEMBERS = json.loads(ENTRY)


def entry_with(**changes):
    return orjson.dumps({**MEMBERS, **changes}, option=orjson.OPT_SORT_KEYS)


BAD_ENTRIES = {
    "not json": b"entry",
    "not canonical": b" " + ENTRY,
    "members in another order": json.dumps(dict(reversed(MEMBERS.items()))).encode(),
    "member twice": ENTRY.replace(b'{"at"', b'{"at":1,"at"', 1),
    "nested too deep": nested(300),
    "nested beyond the parser": nested(2000),
    "version 2": entry_with(v=2),
    "version true": entry_with(v=True),
    "time negative": entry_with(at=-1),
    "time a fraction": entry_with(at=1.5),
    "time beyond 2^53": entry_with(at=2**53),
    "kind unknown": entry_with(kind="message.opened"),
    "kind no text": entry_with(kind=[]),
    "unknown member": entry_with(extra=1),
    "member absent": orjson.dumps({k: v for k, v in MEMBERS.items() if k != "type"}),
    "id of another version": entry_with(id="00000000-0000-4000-8000-000000000000"),
    "no recipients": entry_with(to=[]),
    "recipients twice": entry_with(to=MEMBERS["to"] * 2),
    "65 recipients": entry_with(
        to=[{**MEMBERS["to"][0], "id": f"AA-{number:04}"} for number in range(65)]
    ),
    "priority unknown": entry_with(priority="later"),
    "expiry no number": entry_with(expires="soon"),
    "body with unknown member": entry_with(body={**MEMBERS["body"], "x": "A" * 43}),
    "log no text": entry_with(log=1),
}


@pytest.mark.parametrize("raw", BAD_ENTRIES.values(), ids=BAD_ENTRIES)
def test_unpack_entry_malformed_but_logged_is_marked_and_harms_no_neighbour(raw):
    book, index = holding(raw)
    item = book.item(index, jwe=ONE.jwe)
    assert faults_of(item, *items_of(book, ONE), book=book) == [Refusal.ENTRY_MALFORMED, None]


def test_unpack_entry_oversize_in_bytes_is_marked():
    raw = ("\u20ac" * 6000).encode()
    book, index = holding(raw)
    assert faults_of(book.item(index), book=book) == [Refusal.ENTRY_OVERSIZE]


def test_unpack_entry_of_another_log_is_marked():
    foreign = usual().entry.raw.replace(b"tm-scs/2026", b"tm-scs/2025")
    book, index = holding(foreign)
    assert faults_of(book.item(index), book=book) == [Refusal.SENDER_MISMATCH]


def test_unpack_entry_copied_from_another_authority_is_marked():
    stolen = write_entry(Kind.NODE_STOPPED, at=NOW, log=UZ.origin).raw
    book, index = holding(stolen)
    assert faults_of(book.item(index), book=book) == [Refusal.SENDER_MISMATCH]


# --- whatever is inside ----------------------------------------------------------------------------


def outcome(raw):
    """What comes of a bundle: its refusal, or the states of its items. Nothing else may come of it."""
    try:
        arrival = arrive(raw)
    except PeerError as error:
        step = refuse_bundle(raw, queue_of="TM-SCS", error=error, receiver=receiver_of(), now=NOW)
        return step.entry.members["code"]
    steps = [
        accept(proved, arrival=arrival, earlier=None, receiver=receiver_of(), now=NOW)
        for proved in arrival.items
    ]
    for proved, step in zip(arrival.items, steps, strict=True):
        assert step.after in {State.REFUSED, None} or proved.item.entry in BOOK.entries
    return [step.after for step in steps]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 8 * len(PLAIN) - 1))
def test_unpack_bit_flipped_by_whoever_seals_again_is_refused_or_harmless(bit):
    assert outcome(sealed(flipped(PLAIN, bit)))


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(["", "A" * 43, "A" * 44, "\0", "9" * 5000]),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def places(value, at=()):
    """Every place in a JSON value, outermost first."""
    yield at
    if isinstance(value, dict | list):
        for name, member in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(member, (*at, name))


def put(value, at, member):
    """A copy of a JSON value with something else in one place."""
    if not at:
        return member
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[at[0]] = put(copy[at[0]], at[1:], member)
    return copy


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(list(places(VALUE))), JSON)
def test_unpack_anything_in_any_place_is_refused_or_harmless(at, member):
    plain = orjson.dumps(put(VALUE, at, member), option=orjson.OPT_SORT_KEYS)
    outcome(sealed(plain))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_unpack_any_bytes_sealed_to_us_are_refused(plain):
    assert code_of(sealed(plain)) == Refusal.BUNDLE_MALFORMED


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_unpack_checkpoint_with_one_character_changed_is_refused(data):
    text = BUNDLE.checkpoint
    index = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters(codec="utf-8"))
    changed = text[:index] + character + text[index + 1 :]
    assert changed == text or code_of(wrapped(replace(BUNDLE, checkpoint=changed))) is not None


# --- refused as a whole ----------------------------------------------------------------------------


def test_refuse_bundle_is_recorded_and_goes_back_to_the_queues_peer():
    error = PeerError(Refusal.BUNDLE_UNREADABLE, "it does not open")
    step = refuse_bundle(b"rubbish", queue_of="TM-SCS", error=error, receiver=receiver_of(), now=NOW)
    assert step.entry.kind is Kind.BUNDLE_REFUSED
    assert (step.entry.log, step.entry.at) == (AZ.origin, NOW)
    assert step.entry.members == {
        "digest": b64u(bundle_digest(b"rubbish")),
        "from": "TM-SCS",
        "code": "bundle.unreadable",
    }
    assert (step.due_to, step.before, step.after, step.change) == ("TM-SCS", None, None, None)


@pytest.mark.parametrize("code", Refusal)
def test_refuse_bundle_every_code_can_be_recorded(code):
    error = PeerError(code, "fact")
    step = refuse_bundle(b"", queue_of="TM-SCS", error=error, receiver=receiver_of(), now=NOW)
    assert step.entry.members["code"] == code
