from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.checkpoint import LogSigner
from node.audit.event import Kind, write_entry
from node.audit.evidence import Disclosed, Evidence, write_evidence
from node.audit.note import Note
from node.audit.proof import Proof
from node.canonical import b64u
from node.errors import Refusal
from node.trust.card import write_card
from node.trust.directory import read_directory
from node.trust.judgement import judge_evidence
from tests.world import (
    AZ,
    NOW,
    STRANGER,
    TM,
    UZ,
    Book,
    added,
    alert,
    book_with,
    directory,
    directory_entries,
    directory_file,
    founded,
    letter,
    nested,
    opened_book,
    party,
    refusal,
    replaced,
    usual,
)

LETTER = usual()
BOOK = book_with(LETTER)
DIRECTORY = directory_file()
FINGERPRINT = directory().fingerprint


def received(by, *, said=LETTER, **changes):
    """What a recipient's log says of a letter."""
    members = {
        "re": said.id,
        "from_": TM.id,
        "manifest": b64u(said.manifest),
        "index": 2,
        "commit": said.entry.members["body"]["commit"],
        "status": "accepted",
        **changes,
    }
    return write_entry(Kind.MESSAGE_RECEIVED, at=NOW, log=by.origin, **members).raw


def witnessed(book, *by):
    note = book.note()
    lines = [one.witness.sign(note.text, seconds=NOW // 1000) for one in by]
    return Note(note.text, (*note.signatures, *lines))


def last(book, *by, at=None):
    return book.proof(len(book.entries) - 1 if at is None else at, note=witnessed(book, *by))


def receipt(by=AZ, *witnesses, **changes):
    return last(Book(by.log, [*opened_book(by).entries, received(by, **changes)]), *witnesses)


RECEIPT = receipt(AZ, TM)
WHOLE = Evidence(
    directory=DIRECTORY,
    message=last(BOOK, AZ, UZ),
    receipts=(RECEIPT,),
    disclosed=Disclosed(alert(number=1), LETTER.sealed.salt),
)
FILE = write_evidence(WHOLE)


def judge(raw, fingerprint=FINGERPRINT):
    return judge_evidence(raw, fingerprint=fingerprint)


def code_of(evidence):
    return refusal(lambda: judge(write_evidence(evidence)))


def test_evidence_whole_proves_message_receipt_and_document():
    verdict = judge(FILE)
    assert verdict.finding.manifest.raw == LETTER.entry.raw
    assert [entry.log for entry in verdict.finding.receipts] == [AZ.origin]
    assert verdict.finding.document == alert(number=1)
    assert verdict.directory == read_directory(DIRECTORY)


def test_evidence_whole_names_every_witness_once():
    assert judge(FILE).finding.witnesses == (AZ.witness.name, UZ.witness.name, TM.witness.name)


def test_evidence_not_disclosed_proves_the_message_alone():
    finding = judge(write_evidence(replace(WHOLE, disclosed=None, receipts=()))).finding
    assert (finding.document, finding.receipts) == (None, ())


def test_evidence_no_fingerprint_is_left_to_the_reader():
    assert judge(FILE, None).directory.fingerprint == FINGERPRINT


def test_evidence_of_one_suspended_since_then_still_holds():
    after = directory_file(directory_entries(out=["TM-SCS", "AZ-SCC"]))
    assert judge(write_evidence(replace(WHOLE, directory=after))).finding.manifest.log == TM.origin


def test_evidence_refused_receipt_is_proof_of_the_refusal():
    refused = receipt(AZ, status="refused", code="agreement.denied", re=None, commit=None)
    finding = judge(write_evidence(replace(WHOLE, receipts=(refused,)))).finding
    assert finding.receipts[0].members["code"] == "agreement.denied"


@cache
def to_both():
    both = letter(recipients=[AZ, UZ], seed="both")
    return both, book_with(both)


def test_evidence_receipts_of_both_recipients_are_proved():
    both, book = to_both()
    receipts = (receipt(AZ, said=both), receipt(UZ, said=both))
    finding = judge(write_evidence(Evidence(DIRECTORY, last(book), receipts))).finding
    assert [entry.log for entry in finding.receipts] == [AZ.origin, UZ.origin]


NEXT_EPOCH = LogSigner("iren.example/az-scc/2027", bytes(32), bytes(32))


def after_a_new_epoch():
    """A directory in which Azerbaijan has begun another log."""
    card = write_card(
        id_=AZ.id,
        name=AZ.card.name,
        country=AZ.card.country,
        units=AZ.card.units,
        contact=AZ.card.contact,
        log=NEXT_EPOCH.verifier,
        witness=AZ.card.witness,
        holder=AZ.card.holder,
        encryption=AZ.card.encryption,
    )
    return directory_file([*directory_entries(), added(card)])


def test_evidence_from_a_log_that_has_a_successor_still_holds():
    both = replace(WHOLE, directory=after_a_new_epoch())
    assert judge(write_evidence(both)).finding.receipts[0].log == AZ.origin


def test_evidence_receipts_from_two_logs_of_one_recipient_are_refused():
    entry = write_entry(
        Kind.MESSAGE_RECEIVED,
        at=NOW,
        log=NEXT_EPOCH.origin,
        from_=TM.id,
        manifest=b64u(LETTER.manifest),
        index=2,
        status="refused",
        code="message.expired",
    )
    other = last(Book(NEXT_EPOCH, [entry.raw]))
    bad = replace(WHOLE, directory=after_a_new_epoch(), receipts=(RECEIPT, other))
    assert code_of(bad) == Refusal.PROOF_INVALID


def other_network():
    return directory_file([founded([TM], threshold=1), *directory_entries()[1:]], [(TM, NOW)])


def stray(changes, proof=WHOLE.message):
    return replace(WHOLE, message=replace(proof, **changes))


def in_log_of(who, entry):
    book = opened_book(who)
    book.add(entry)
    return last(book)


FORGED = letter(sender=TM, log=AZ.origin, seed="forged")
MISNAMED = letter(sender=TM, log=TM.origin, seed="misnamed", from_="AZ-SCC")
SIGNED_TWICE = last(BOOK, AZ, AZ)
NOT_PROVED = {
    "directory not cosigned": (
        replace(WHOLE, directory=directory_file(cosigned=())),
        Refusal.DIRECTORY_UNPROVEN,
    ),
    "directory of another network": (
        replace(WHOLE, directory=other_network()),
        Refusal.DIRECTORY_UNPROVEN,
    ),
    "directory empty": (replace(WHOLE, directory=b""), Refusal.DIRECTORY_MALFORMED),
    "message proved at another index": (stray({"index": 1}), Refusal.PROOF_INVALID),
    "message path cut": (stray({"path": WHOLE.message.path[:-1]}), Refusal.PROOF_INVALID),
    "message not in the log": (stray({"extra": usual("elsewhere").entry.raw}), Refusal.PROOF_INVALID),
    "message no entry": (stray({"extra": b"{}"}), Refusal.ENTRY_MALFORMED),
    "another entry for a message": (replace(WHOLE, message=last(BOOK, at=1)), Refusal.PROOF_INVALID),
    "signed by keys that the log has not": (
        replace(WHOLE, message=last(book_with(LETTER, of=party("TM-SCS", 1)))),
        Refusal.CHECKPOINT_BAD_SIGNATURE,
    ),
    "log of a stranger": (
        replace(WHOLE, message=in_log_of(STRANGER, letter(sender=STRANGER, seed=1).entry)),
        Refusal.SENDER_UNKNOWN,
    ),
    "entry of another log": (
        replace(WHOLE, message=in_log_of(AZ, LETTER.entry)),
        Refusal.PROOF_INVALID,
    ),
    "manifest in another's log": (
        replace(WHOLE, message=in_log_of(AZ, FORGED.entry), receipts=(), disclosed=None),
        Refusal.SENDER_MISMATCH,
    ),
    "manifest names another originator": (
        replace(WHOLE, message=in_log_of(TM, MISNAMED.entry), receipts=(), disclosed=None),
        Refusal.SENDER_MISMATCH,
    ),
    "manifest names a stranger": (
        replace(
            WHOLE,
            message=in_log_of(TM, letter(seed="x", from_="KZ-KGD").entry),
            receipts=(),
            disclosed=None,
        ),
        Refusal.SENDER_MISMATCH,
    ),
    "witness line twice": (replace(WHOLE, message=SIGNED_TWICE), Refusal.PROOF_INVALID),
    "witness nobody knows": (replace(WHOLE, message=last(BOOK, STRANGER)), Refusal.PROOF_INVALID),
    "witness with another key": (
        replace(WHOLE, message=last(BOOK, party("AZ-SCC", 1))),
        Refusal.PROOF_INVALID,
    ),
    "receipt for another message": (
        replace(WHOLE, receipts=(receipt(said=usual("elsewhere")),)),
        Refusal.PROOF_INVALID,
    ),
    "receipt for another originator": (
        replace(WHOLE, receipts=(receipt(from_="UZ-CC"),)),
        Refusal.PROOF_INVALID,
    ),
    "another entry for a receipt": (
        replace(WHOLE, receipts=(last(opened_book(AZ)),)),
        Refusal.PROOF_INVALID,
    ),
    "receipt by nobody addressed": (
        replace(WHOLE, receipts=(RECEIPT, receipt(UZ))),
        Refusal.RECIPIENT_MISMATCH,
    ),
    "receipt by the originator itself": (
        replace(WHOLE, receipts=(receipt(TM),)),
        Refusal.RECIPIENT_MISMATCH,
    ),
    "receipt twice": (replace(WHOLE, receipts=(RECEIPT, RECEIPT)), Refusal.PROOF_INVALID),
    "two receipts that contradict each other": (
        replace(WHOLE, receipts=(RECEIPT, receipt(status="refused", code="message.expired"))),
        Refusal.PROOF_INVALID,
    ),
    "other document": (
        replace(WHOLE, disclosed=replace(WHOLE.disclosed, document=alert(number=2))),
        Refusal.COMMITMENT_MISMATCH,
    ),
    "other salt": (
        replace(WHOLE, disclosed=replace(WHOLE.disclosed, salt=bytes(32))),
        Refusal.COMMITMENT_MISMATCH,
    ),
}


@pytest.mark.parametrize(("evidence", "code"), NOT_PROVED.values(), ids=NOT_PROVED)
def test_evidence_that_does_not_hold_is_refused(evidence, code):
    assert code_of(evidence) == code


def test_evidence_other_fingerprint_is_refused():
    assert refusal(lambda: judge(FILE, b64u(bytes(32)))) == Refusal.DIRECTORY_UNPROVEN


MALFORMED = {
    "empty": b"",
    "truncated": FILE[: len(FILE) // 2],
    "not canonical": b" " + FILE,
    "nested too deep": nested(400) + b"\n",
    "member twice": FILE.replace(b'{"directory"', b'{"directory":"","directory"', 1),
    "version 2": FILE.replace(b'"v":1}\n', b'"v":2}\n'),
    "unknown member": FILE.replace(b'"v":1}\n', b'"v":1,"x":1}\n'),
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_evidence_file_malformed_is_refused(raw):
    assert raw != FILE
    assert refusal(lambda: judge(raw)) == Refusal.PROOF_INVALID


def test_evidence_index_beyond_the_tree_is_refused():
    beyond = Proof(2**60, WHOLE.message.path, WHOLE.message.checkpoint, WHOLE.message.extra)
    assert code_of(replace(WHOLE, message=beyond)) == Refusal.PROOF_INVALID


@pytest.mark.parametrize("index", range(0, len(FILE), len(FILE) // 60))
def test_evidence_file_one_byte_changed_is_refused(index):
    changed = replaced(FILE, index, FILE[index] ^ 1)
    assert refusal(lambda: judge(changed)) is not None


@settings(max_examples=250, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_evidence_file_any_byte_changed_is_refused(index, byte):
    changed = replaced(FILE, index, byte)
    assert changed == FILE or refusal(lambda: judge(changed)) is not None
