import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.event import Kind, write_entry
from node.audit.merkle import EMPTY_ROOT, leaf_hash, node_hash
from node.audit.note import Ed25519Signer, Note, SignatureLine
from node.canonical import b64u, encode
from node.errors import PeerError, Refusal
from node.trust.directory import (
    draft_directory,
    holder_digest,
    read_directory,
    tree_head,
    write_directory,
)
from tests.world import (
    AGREEMENTS,
    AZ,
    AZ_TM,
    DAY,
    DIRECTORY_LOG,
    NETWORK,
    NOW,
    STRANGER,
    TM,
    TM_UZ,
    UZ,
    Dice,
    added,
    agreed,
    directory,
    directory_entries,
    directory_file,
    directory_note,
    flipped,
    founded,
    in_directory,
    nested,
    party,
    refusal,
    replaced,
    suspended,
)

ENTRIES = directory_entries()
FILE = directory_file()
USUAL = read_directory(FILE)
CARDS = [added(one.card) for one in (TM, AZ, UZ)]


def with_lines(*lines, entries=ENTRIES, cosigned=((TM, NOW), (AZ, NOW))):
    note = directory_note(entries, cosigned)
    return write_directory(entries, Note(note.text, (*note.signatures, *lines)))


def line_of(who, *, entries=ENTRIES, at=NOW):
    return who.holder.sign(directory_note(entries, ()).text, seconds=at // 1000)


def test_directory_cosigned_by_a_quorum_gives_its_members():
    assert USUAL.network == NETWORK
    assert {name: one.card for name, one in USUAL.authorities.items()} == {
        "TM-SCS": TM.card,
        "AZ-SCC": AZ.card,
        "UZ-CC": UZ.card,
    }
    assert USUAL.agreements == {one.digest for one in AGREEMENTS}
    assert (USUAL.threshold, USUAL.fresh_days, USUAL.grace_days) == (2, 30, 14)
    assert USUAL.holders == {one.id: one.card.holder for one in (TM, AZ, UZ)}
    assert (USUAL.checkpoint.size, USUAL.checkpoint.root) == (len(ENTRIES), tree_head(ENTRIES))


def test_directory_written_again_gives_the_same_bytes():
    assert write_directory(USUAL.entries, USUAL.note) == FILE


def test_directory_fingerprint_is_the_leaf_of_its_first_entry():
    assert USUAL.fingerprint == b64u(leaf_hash(ENTRIES[0]))
    assert read_directory(FILE, fingerprint=USUAL.fingerprint) == USUAL


def test_directory_other_fingerprint_is_refused():
    other = b64u(leaf_hash(founded(threshold=1)))
    assert refusal(lambda: read_directory(FILE, fingerprint=other)) == Refusal.DIRECTORY_UNPROVEN


def test_directory_founded_again_by_others_has_another_fingerprint():
    entries = [founded([TM], threshold=1), *ENTRIES[1:]]
    raw = directory_file(entries, [(TM, NOW)])
    assert refusal(lambda: read_directory(raw)) is None
    fingerprint = USUAL.fingerprint
    assert refusal(lambda: read_directory(raw, fingerprint=fingerprint)) == Refusal.DIRECTORY_UNPROVEN


@pytest.mark.parametrize(
    ("ages", "threshold", "age"),
    [((0, 5, 9), 2, 5), ((9, 5, 0), 2, 5), ((0, 5, 9), 3, 9), ((0, 5, 9), 1, 0), ((5, 5, 9), 2, 5)],
)
def test_directory_time_is_that_of_the_last_holder_needed(ages, threshold, age):
    entries = [founded(threshold=threshold), *CARDS]
    cosigned = [(one, NOW - days * DAY) for one, days in zip((TM, AZ, UZ), ages, strict=True)]
    assert read_directory(directory_file(entries, cosigned)).cosigned_at == NOW - age * DAY


NOT_A_QUORUM = {
    "nobody": directory_file(cosigned=()),
    "one of two": directory_file(cosigned=[(AZ, NOW)]),
    "one of two, twice at two times": directory_file(cosigned=[(AZ, NOW), (AZ, NOW - DAY)]),
    "one of two, the same line twice": with_lines(line_of(AZ), cosigned=[(AZ, NOW)]),
    "quorum and a stranger": with_lines(line_of(STRANGER)),
    "quorum and one of them twice": with_lines(line_of(AZ, at=NOW - DAY)),
    "quorum and a member's witness key": with_lines(
        UZ.witness.sign(directory_note(ENTRIES, ()).text, seconds=1)
    ),
    "quorum and a holder's name with another key": with_lines(line_of(party("UZ-CC", 1))),
    "log's line twice": with_lines(directory_note(ENTRIES, ()).signatures[0]),
}


@pytest.mark.parametrize("raw", NOT_A_QUORUM.values(), ids=NOT_A_QUORUM)
def test_directory_lines_that_are_no_quorum_are_refused(raw):
    assert refusal(lambda: read_directory(raw)) == Refusal.DIRECTORY_UNPROVEN


def unsigned(*, drop):
    note = directory_note(ENTRIES)
    kept = [line for place, line in enumerate(note.signatures) if place != drop]
    return write_directory(ENTRIES, Note(note.text, tuple(kept)))


def forged(line):
    return SignatureLine(line.name, line.key_id, flipped(line.signature, 8 * 100))


BAD_SIGNATURE = {
    "log's Ed25519 line absent": unsigned(drop=0),
    "log's ML-DSA-44 line absent": unsigned(drop=1),
    "holder's line forged": with_lines(forged(line_of(AZ)), cosigned=[(TM, NOW)]),
    "third holder's line forged, though two would do": with_lines(forged(line_of(UZ))),
    "holder's line for an earlier head": with_lines(
        line_of(AZ, entries=ENTRIES[:-1]), cosigned=[(TM, NOW)]
    ),
}


@pytest.mark.parametrize("raw", BAD_SIGNATURE.values(), ids=BAD_SIGNATURE)
def test_directory_signature_does_not_hold_is_refused(raw):
    assert refusal(lambda: read_directory(raw)) == Refusal.CHECKPOINT_BAD_SIGNATURE


def test_directory_signed_by_another_log_is_refused():
    note = TM.log.sign(size=len(ENTRIES), root=tree_head(ENTRIES), seconds=1)
    raw = write_directory(ENTRIES, note)
    assert refusal(lambda: read_directory(raw)) == Refusal.SENDER_MISMATCH


WRONG_HEAD = {
    "root of other entries": write_directory(
        ENTRIES, directory_note(ENTRIES, head=tree_head(ENTRIES[:-1]))
    ),
    "an entry taken away": write_directory(ENTRIES[:-1], directory_note(ENTRIES)),
    "an entry added": write_directory([*ENTRIES, suspended("AZ-SCC")], directory_note(ENTRIES)),
    "two entries exchanged": write_directory(
        [ENTRIES[0], ENTRIES[2], ENTRIES[1], *ENTRIES[3:]], directory_note(ENTRIES)
    ),
}


@pytest.mark.parametrize("raw", WRONG_HEAD.values(), ids=WRONG_HEAD)
def test_directory_entries_not_those_of_the_head_are_refused(raw):
    assert refusal(lambda: draft_directory(raw)) == Refusal.DIRECTORY_UNPROVEN


def test_draft_cosignatures_missing_is_read_all_the_same():
    draft, log = draft_directory(directory_file(cosigned=()))
    assert (draft.entries, draft.cosigned_at) == (tuple(ENTRIES), 0)
    assert log == DIRECTORY_LOG.verifier


def test_directory_holder_of_classical_key_cannot_be_a_member():
    classical = Ed25519Signer(AZ.holder.name, Dice("classical")(32)).verifier
    raw = AZ.card.raw.replace(AZ.holder.verifier.encode().encode(), classical.encode().encode())
    entries = [*ENTRIES, in_directory(Kind.AUTHORITY_ADDED, card=raw.decode())]
    assert refusal(lambda: read_directory(directory_file(entries))) == Refusal.KEY_UNKNOWN


def file_with(**changes):
    return encode({**json.loads(FILE), **changes}) + b"\n"


MALFORMED_FILE = {
    "empty": b"",
    "not json": b"directory",
    "truncated": FILE[:-2],
    "two newlines": FILE + b"\n",
    "not canonical": b" " + FILE,
    "member twice": FILE.replace(b'{"checkpoint"', b'{"checkpoint":"","checkpoint"', 1),
    "nested too deep": nested(400),
    "version 2": file_with(v=2),
    "unknown member": file_with(extra=1),
    "entries no list": file_with(entries="x"),
    "no entries": file_with(entries=[]),
    "checkpoint no text": file_with(checkpoint=1),
}


@pytest.mark.parametrize("raw", MALFORMED_FILE.values(), ids=MALFORMED_FILE)
def test_directory_file_malformed_is_refused(raw):
    assert refusal(lambda: read_directory(raw)) == Refusal.DIRECTORY_MALFORMED


@pytest.mark.parametrize("entries", [[1], [None], [{}], [""], ["{}"], ["{"]])
def test_directory_entry_malformed_is_refused(entries):
    assert refusal(lambda: read_directory(file_with(entries=entries))) == Refusal.ENTRY_MALFORMED


@pytest.mark.parametrize("checkpoint", ["", "\n\n", "a\n\n\u2014 b AAAAAAA=\n", "x" * 70_000])
def test_directory_checkpoint_malformed_is_refused(checkpoint):
    raw = file_with(checkpoint=checkpoint)
    assert refusal(lambda: read_directory(raw)) == Refusal.CHECKPOINT_MALFORMED


def started():
    return write_entry(Kind.NODE_STARTED, at=NOW, log=DIRECTORY_LOG.origin, version="1").raw


def posing_as(name, **keys):
    """The card of a stranger on which some keys are somebody else's."""
    members = json.loads(STRANGER.card.raw)
    return in_directory(Kind.AUTHORITY_ADDED, card=encode({**members, "id": name, **keys}).decode())


def renamed(vkey_of, name):
    """A stranger's own key under a member's name."""
    return type(vkey_of)(name, vkey_of.algorithm, vkey_of.raw).encode()


STRANGE = "KZ-KGD"
MALFORMED = {
    "a card first": CARDS,
    "founded twice": [founded(), *CARDS, founded()],
    "an entry of an authority's log": [founded(), *CARDS, started()],
    "suspended, never added": [founded(), *CARDS, suspended("KZ-KGD")],
    "holder without a card": [founded(), *CARDS[:2]],
    "holder with a new holder key": [founded(), *CARDS, added(party("AZ-SCC", 1).card)],
    "threshold 0": [founded(threshold=0), *CARDS],
    "threshold above the holders": [founded(threshold=4), *CARDS],
    "threshold above the holders, one named twice": [founded([TM, AZ, AZ], threshold=3), *CARDS],
    "card malformed": [founded(), *CARDS, in_directory(Kind.AUTHORITY_ADDED, card="{}")],
    "two members with one holder key": [
        founded(),
        *CARDS,
        posing_as(STRANGE, holder=AZ.card.holder.encode()),
    ],
    "two members with one witness key": [
        founded(),
        *CARDS,
        posing_as(STRANGE, witness=AZ.card.witness.encode()),
    ],
    "two members with one log": [
        founded(),
        *CARDS,
        posing_as(STRANGE, log=json.loads(AZ.card.raw)["log"]),
    ],
    "own witness key under another's name": [
        founded(),
        *CARDS,
        posing_as(STRANGE, witness=renamed(STRANGER.card.witness, AZ.card.witness.name)),
    ],
    "another's witness key under an own name": [
        founded(),
        *CARDS,
        posing_as(STRANGE, witness=renamed(AZ.card.witness, STRANGER.card.witness.name)),
    ],
}


@pytest.mark.parametrize("entries", MALFORMED.values(), ids=MALFORMED)
def test_directory_entries_without_sense_are_refused(entries):
    assert refusal(lambda: read_directory(directory_file(entries))) == Refusal.DIRECTORY_MALFORMED


def test_directory_one_holder_key_under_two_names_does_not_count_twice():
    twin = posing_as(STRANGE, holder=AZ.card.holder.encode())
    holders = [{"id": name, "key": holder_digest(AZ.card.holder)} for name in ("AZ-SCC", STRANGE)]
    entries = [founded((), holders=holders), *CARDS, twin]
    raw = directory_file(entries, [(AZ, NOW)])
    assert refusal(lambda: read_directory(raw)) == Refusal.DIRECTORY_MALFORMED


def test_member_in_good_standing_gives_the_card():
    assert USUAL.member("AZ-SCC") == AZ.card
    assert USUAL.owner_of(AZ.origin) == AZ.card


def test_member_unknown_is_refused():
    assert refusal(lambda: USUAL.member(STRANGE)) == Refusal.SENDER_UNKNOWN
    assert refusal(lambda: USUAL.owner_of(STRANGER.origin)) == Refusal.SENDER_UNKNOWN


def test_member_suspended_is_refused_and_the_others_are_not():
    after = directory(out=("AZ-SCC",))
    assert refusal(lambda: after.member("AZ-SCC")) == Refusal.SENDER_SUSPENDED
    assert refusal(lambda: after.owner_of(AZ.origin)) == Refusal.SENDER_SUSPENDED
    assert after.member("TM-SCS") == TM.card


def test_member_suspended_then_added_again_is_in_good_standing():
    entries = directory_entries(out=["AZ-SCC"])
    again = read_directory(directory_file([*entries, added(AZ.card)]))
    assert again.member("AZ-SCC") == AZ.card


def test_member_card_with_other_keys_under_the_same_names_is_refused():
    newer = party(STRANGE, 1).card
    with pytest.raises(PeerError) as caught:
        read_directory(directory_file([*ENTRIES, added(STRANGER.card), added(newer)]))
    assert caught.value.refusal is Refusal.DIRECTORY_MALFORMED


def test_agreements_added_later_are_in_force_with_the_earlier():
    first = directory_entries([AZ_TM])
    assert read_directory(directory_file(first)).agreements == {AZ_TM.digest}
    both = read_directory(directory_file([*first, agreed(TM_UZ)]))
    assert both.agreements == {AZ_TM.digest, TM_UZ.digest}


@pytest.mark.parametrize(
    ("age", "stale", "usable"),
    [
        (0, False, True),
        (30 * DAY - 1, False, True),
        (30 * DAY, True, True),
        (44 * DAY - 1, True, True),
        (44 * DAY, True, False),
        (400 * DAY, True, False),
    ],
)
def test_directory_not_cosigned_for_long_warns_then_stops(age, stale, usable):
    assert USUAL.is_stale(NOW + age) is stale
    code = refusal(lambda: USUAL.check_usable(NOW + age))
    assert code == (None if usable else Refusal.DIRECTORY_STALE)


def test_directory_stale_again_cosigned_is_fresh():
    later = read_directory(directory_file(cosigned=[(TM, NOW + 40 * DAY), (UZ, NOW + 41 * DAY)]))
    assert later.cosigned_at == NOW + 40 * DAY
    assert not later.is_stale(NOW + 44 * DAY)


@pytest.mark.parametrize("size", range(len(ENTRIES) + 1))
def test_extends_every_earlier_size_of_the_same_history_is_accepted(size):
    USUAL.check_extends(size, tree_head(ENTRIES[:size]))


GROWN = [*ENTRIES, suspended("UZ-CC")]
ELSEWHERE = [*ENTRIES[:-1], suspended("UZ-CC")]
NOT_EXTENDED = {
    "rollback": (len(GROWN), tree_head(GROWN)),
    "other history of the same size": (len(ELSEWHERE), tree_head(ELSEWHERE)),
    "other first entry": (1, tree_head([founded(threshold=1)])),
    "size of nobody's tree": (3, EMPTY_ROOT),
    "our own head under a larger size": (len(ENTRIES) + 1, tree_head(ENTRIES)),
}


@pytest.mark.parametrize(("size", "root"), NOT_EXTENDED.values(), ids=NOT_EXTENDED)
def test_extends_rollback_or_other_history_is_refused(size, root):
    assert refusal(lambda: USUAL.check_extends(size, root)) == Refusal.DIRECTORY_UNPROVEN


def test_tree_head_small_trees_are_those_of_the_standard():
    one, two, three = (leaf_hash(raw) for raw in (b"1", b"2", b"3"))
    assert tree_head([]) == EMPTY_ROOT
    assert tree_head([b"1"]) == one
    assert tree_head([b"1", b"2", b"3"]) == node_hash(node_hash(one, two), three)


def test_policy_text_names_every_holder_and_the_quorum():
    assert USUAL.policy_text().split("\n") == [
        f"witness TM-SCS {TM.card.holder.encode()}",
        f"witness AZ-SCC {AZ.card.holder.encode()}",
        f"witness UZ-CC {UZ.card.holder.encode()}",
        "group holders 2 TM-SCS AZ-SCC UZ-CC",
        "quorum holders",
        "",
    ]


@pytest.mark.parametrize("index", range(0, len(FILE), len(FILE) // 60))
def test_directory_file_one_bit_changed_is_refused(index):
    changed = flipped(FILE, 8 * index + index % 8)
    assert refusal(lambda: read_directory(changed)) is not None


@settings(max_examples=250, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_directory_file_any_byte_changed_is_refused(index, byte):
    changed = replaced(FILE, index, byte)
    assert changed == FILE or refusal(lambda: read_directory(changed)) is not None
