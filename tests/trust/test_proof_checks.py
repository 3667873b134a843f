"""One proof, line by line."""

from dataclasses import replace

import pytest

from node.audit.event import Kind
from node.trust.checks import Verdict
from node.trust.directory import read_directory
from node.trust.proof_checks import check_proof, entry_of
from tests.trust.test_judgement import (
    LETTER,
    NOT_PROVED,
    RECEIPT,
    WHOLE,
    after_a_new_epoch,
)
from tests.world import AZ, directory

LINES = ["entry", "log", "Ed25519 signature", "ML-DSA-44 signature", "inclusion", "keys"]


def lines(proof, *, kind=Kind.MESSAGE_SEALED, by=None):
    return list(check_proof("message", proof, by or directory(), kind))


def failing(proof, **more):
    return [line.name for line in lines(proof, **more) if line.verdict is Verdict.FAILS]


def named(proof, name, **more):
    return next(line for line in lines(proof, **more) if line.name == name)


def test_entry_of_a_proof_is_of_the_kind_asked_for():
    assert entry_of(WHOLE.message, Kind.MESSAGE_SEALED).raw == LETTER.entry.raw
    assert entry_of(WHOLE.message, Kind.MESSAGE_RECEIVED) is None
    assert entry_of(replace(WHOLE.message, extra=b"{}"), Kind.MESSAGE_SEALED) is None


def test_proof_whole_holds_in_every_line():
    found = lines(WHOLE.message)
    assert {line.verdict for line in found} == {Verdict.HOLDS}
    assert [line.name for line in found if line.name != "witness"] == LINES


def test_proof_names_every_witness_by_its_key():
    found = [line.expected for line in lines(WHOLE.message) if line.name == "witness"]
    assert [one.partition("+")[0] for one in found] == [
        "iren.example/az-scc/witness",
        "iren.example/uz-cc/witness",
    ]


def test_proof_says_when_its_head_was_signed():
    assert named(WHOLE.message, "ML-DSA-44 signature").found.startswith("it signed, at ")
    assert named(WHOLE.message, "Ed25519 signature").found == "it signed"


@pytest.mark.parametrize(
    ("case", "names"),
    [
        ("message proved at another index", ["inclusion"]),
        ("message path cut", ["inclusion"]),
        ("message not in the log", ["inclusion"]),
        ("message no entry", ["entry", "inclusion"]),
        ("another entry for a message", ["entry"]),
        (
            "signed by keys that the log has not",
            ["Ed25519 signature", "ML-DSA-44 signature", *["witness"] * 2],
        ),
        ("log of a stranger", ["log"]),
        ("entry of another log", ["log"]),
        ("witness nobody knows", ["witness"]),
        ("witness with another key", ["witness"]),
    ],
)
def test_proof_that_does_not_hold_fails_where_it_is_wrong(case, names):
    assert failing(NOT_PROVED[case][0].message) == names


def test_proof_without_a_head_fails_at_the_log_and_goes_no_further():
    found = lines(replace(WHOLE.message, checkpoint=""))
    assert [(line.name, line.verdict) for line in found] == [
        ("entry", Verdict.HOLDS),
        ("log", Verdict.FAILS),
    ]


def test_proof_of_another_kind_of_entry_fails():
    assert failing(RECEIPT) == ["entry"]
    assert failing(RECEIPT, kind=Kind.MESSAGE_RECEIVED) == []


def test_proof_by_one_suspended_since_holds_but_is_revoked():
    line = named(WHOLE.message, "keys", by=directory(out=("TM-SCS",)))
    assert (line.verdict, line.found) == (Verdict.REVOKED, "TM-SCS has been suspended")
    assert failing(WHOLE.message, by=directory(out=("TM-SCS",))) == []


def test_proof_from_a_log_that_has_a_successor_is_revoked():
    after = read_directory(after_a_new_epoch())
    line = named(RECEIPT, "keys", kind=Kind.MESSAGE_RECEIVED, by=after)
    assert line.verdict is Verdict.REVOKED
    assert line.found.startswith(f"{AZ.id} has since begun the log ")
