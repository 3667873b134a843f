"""Evidence examined: every check a line, and never verified what is not proved."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.evidence import Evidence, write_evidence
from node.canonical import b64u
from node.errors import PeerError, Refusal
from node.trust.checks import Verdict
from node.trust.directory import read_directory
from node.trust.examination import (
    Status,
    conclude,
    examine,
    examine_file,
    unreadable,
    unsigned,
)
from node.trust.judgement import judge_by
from tests.trust.test_judgement import (
    DIRECTORY,
    FILE,
    LETTER,
    MALFORMED,
    NOT_PROVED,
    WHOLE,
    after_a_new_epoch,
    last,
    other_network,
    receipt,
    to_both,
)
from tests.world import (
    AZ,
    alert,
    directory,
    directory_entries,
    directory_file,
    refusal,
    replaced,
)

OURS = directory()


def by_subject(examination, subject):
    return {line.name: line for line in examination.checks if line.subject == subject}


def failing(examination):
    return [
        f"{line.subject}, {line.name}" for line in examination.checks if line.verdict is Verdict.FAILS
    ]


def test_examine_whole_evidence_is_verified_line_by_line():
    found = examine(WHOLE, OURS)
    assert (found.status, found.reason) == (Status.VERIFIED, "")
    assert {line.verdict for line in found.checks} == {Verdict.HOLDS}
    assert found.finding.document == alert(number=1)
    assert list(dict.fromkeys(line.subject for line in found.checks)) == [
        "message",
        "receipt AZ-SCC",
        "document",
    ]


def test_examine_receipt_is_held_against_the_message():
    lines = by_subject(examine(WHOLE, OURS), "receipt AZ-SCC")
    assert lines["manifest"].expected == b64u(LETTER.manifest)
    assert lines["commitment"].expected == LETTER.entry.members["body"]["commit"]
    assert lines["answer"].found == "accepted"


def test_examine_refusal_may_leave_out_what_could_not_be_read():
    refused = receipt(AZ, status="refused", code="agreement.denied", re=None, commit=None)
    found = examine(replace(WHOLE, receipts=(refused,)), OURS)
    lines = by_subject(found, "receipt AZ-SCC")
    assert (found.status, lines["answer"].found) == (Status.VERIFIED, "refused agreement.denied")
    assert not {"message id", "commitment"} & lines.keys()


def test_examine_acceptance_that_leaves_something_out_is_not_verified():
    found = examine(replace(WHOLE, receipts=(receipt(AZ, commit=None),)), OURS)
    line = by_subject(found, "receipt AZ-SCC")["commitment"]
    assert (line.found, line.verdict, found.status) == ("absent", Verdict.FAILS, Status.NOT_VERIFIED)


@pytest.mark.parametrize("missing", [{}, {"AZ-SCC": Verdict.WAITS}])
def test_examine_receipt_that_is_not_there_waits_only_where_the_reader_says_so(missing):
    found = examine(replace(WHOLE, receipts=()), OURS, missing=missing)
    line = by_subject(found, "receipt AZ-SCC")["answer"]
    assert line.verdict is (Verdict.WAITS if missing else Verdict.NOTED)
    assert found.status is (Status.PENDING if missing else Status.VERIFIED)
    assert found.finding is not None


def test_examine_one_of_two_receipts_waits_for_the_other():
    both, book = to_both()
    evidence = Evidence(DIRECTORY, last(book), (receipt(AZ, said=both),))
    found = examine(evidence, OURS, missing=dict.fromkeys(("AZ-SCC", "UZ-CC"), Verdict.WAITS))
    assert found.status is Status.PENDING
    assert found.reason == "receipt UZ-CC, answer: none here"


@pytest.mark.parametrize(
    ("believed", "reason"),
    [
        (directory(out=("TM-SCS",)), "message, keys: TM-SCS has been suspended"),
        (
            read_directory(after_a_new_epoch()),
            "receipt AZ-SCC, keys: AZ-SCC has since begun the log iren.example/az-scc/2027",
        ),
    ],
)
def test_examine_key_that_no_longer_counts_is_said_so(believed, reason):
    found = examine(WHOLE, believed)
    assert (found.status, found.reason) == (Status.REVOKED, reason)
    assert found.finding is not None


OF_THE_DIRECTORY = {"directory not cosigned", "directory of another network", "directory empty"}


@pytest.mark.parametrize("case", sorted(NOT_PROVED.keys() - OF_THE_DIRECTORY))
def test_examine_evidence_that_does_not_hold_is_not_verified_and_says_why(case):
    found = examine(NOT_PROVED[case][0], OURS)
    assert found.status is Status.NOT_VERIFIED
    assert found.finding is None
    assert failing(found)
    assert found.reason.startswith(failing(found)[0])


@pytest.mark.parametrize(
    ("case", "line"),
    [
        ("manifest in another's log", "message, originator"),
        ("receipt by nobody addressed", "receipt UZ-CC, recipient"),
        ("receipt for another message", "receipt AZ-SCC, manifest"),
        ("another entry for a receipt", "receipt 1, entry"),
        ("receipt twice", "evidence, whole"),
        ("witness line twice", "evidence, whole"),
        ("other document", "document, commitment"),
        ("other salt", "document, commitment"),
    ],
)
def test_examine_fault_is_named_in_its_line(case, line):
    assert failing(examine(NOT_PROVED[case][0], OURS))[0] == line


def test_examine_manifest_in_nobodys_log_names_no_owner():
    found = examine(NOT_PROVED["log of a stranger"][0], OURS)
    assert by_subject(found, "message")["originator"].found == "nobody"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(0, 255))
def test_examine_file_any_byte_changed_is_never_verified(index, byte):
    changed = replaced(FILE, index, byte)
    try:
        found = examine_file(changed, OURS)
    except PeerError:
        return
    assert changed == FILE or found.status is Status.NOT_VERIFIED


@pytest.mark.parametrize("case", NOT_PROVED)
def test_examine_file_says_verified_only_of_what_is_judged_so(case):
    evidence = NOT_PROVED[case][0]
    found = examine_file(write_evidence(evidence), OURS)
    assert found.status is Status.NOT_VERIFIED
    if case not in OF_THE_DIRECTORY:
        assert refusal(lambda: judge_by(OURS, evidence)) is not None


def test_examine_file_whole_is_verified_by_our_own_directory():
    found = examine_file(FILE, OURS)
    assert found.status is Status.VERIFIED
    assert [line.name for line in found.checks[:2]] == ["fingerprint", "history"]
    assert found.checks[1].found == "7 entries, ours has 7"


def test_examine_file_with_an_earlier_directory_is_judged_by_the_later_one():
    later = read_directory(directory_file(directory_entries(out=["TM-SCS"])))
    assert examine_file(FILE, later).status is Status.REVOKED


def test_examine_file_with_a_later_directory_is_judged_by_ours():
    later = directory_file(directory_entries(out=["TM-SCS"]))
    found = examine_file(write_evidence(replace(WHOLE, directory=later)), OURS)
    assert found.status is Status.VERIFIED
    assert found.checks[1].found == "8 entries, ours has 7"


@pytest.mark.parametrize(
    ("carried", "line"),
    [
        (b"", "directory, cosignatures"),
        (directory_file(cosigned=()), "directory, cosignatures"),
        (other_network(), "directory, fingerprint"),
        (directory_file([*directory_entries()[:5], *directory_entries()[6:]]), "directory, history"),
    ],
)
def test_examine_file_with_another_directory_is_not_verified(carried, line):
    found = examine_file(write_evidence(replace(WHOLE, directory=carried)), OURS)
    assert (found.status, failing(found)[0]) == (Status.NOT_VERIFIED, line)


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED)
def test_examine_file_that_is_no_evidence_is_refused(raw):
    assert refusal(lambda: examine_file(raw, OURS)) == Refusal.PROOF_INVALID


@pytest.mark.parametrize(
    ("line", "status", "reason"),
    [
        (unsigned("message"), Status.PENDING, "message, head: none yet"),
        (unreadable("torn"), Status.NOT_VERIFIED, "message, storage: torn"),
    ],
)
def test_conclude_from_one_line_alone_proves_nothing(line, status, reason):
    found = conclude([line])
    assert (found.status, found.reason, found.finding) == (status, reason, None)


def test_conclude_failing_line_outweighs_a_waiting_one():
    found = conclude([unsigned("message"), unreadable("torn")])
    assert found.status is Status.NOT_VERIFIED
