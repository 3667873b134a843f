import hashlib
import json
from datetime import UTC, datetime

import pytest

from node.canonical import b64u
from node.errors import OperatorError
from node.limits import MAX_DOCUMENT_BYTES
from node.trust.agreement import read_agreement
from tests.world import Terms, agreement_file

FILE = agreement_file(Terms())
TEXT = FILE.decode()


def read(raw):
    return read_agreement(raw, source="az-tm.toml")


def changed(old, new):
    assert old in TEXT
    return TEXT.replace(old, new, 1).encode()


def test_agreement_read_gives_what_it_says():
    one = read(FILE)
    assert (one.name, one.parties) == ("az-tm-2026", ("AZ-SCC", "TM-SCS"))
    assert [(rule.sender, rule.recipient) for rule in one.rules] == [
        ("TM-SCS", "AZ-SCC"),
        ("AZ-SCC", "TM-SCS"),
    ]
    assert one.valid_from.isoformat() == "2026-01-01T00:00:00+00:00"
    assert one.purposes == ("risk-analysis", "counter-narcotics")


def test_agreement_digest_is_that_of_the_bytes():
    assert read(FILE).digest == b64u(hashlib.sha256(FILE).digest())


def test_agreement_one_space_more_is_another_agreement():
    assert read(FILE + b" ").digest != read(FILE).digest


def test_agreement_limits_left_out_are_those_of_the_protocol():
    lines = [row for row in TEXT.splitlines() if not row.startswith("max_")]
    rule = read("\n".join(lines).encode()).rules[0]
    assert (rule.max_document_bytes, rule.max_lifetime_hours) == (MAX_DOCUMENT_BYTES, 168)
    assert rule.purposes == ()


def test_agreement_terms_left_out_are_the_careful_ones():
    terms = read(FILE).terms
    assert (terms.onward_transfer, terms.evidential_use) == ("consent", "consent")
    assert terms.retention_days == 365


def test_agreement_deadlines_left_out_are_those_of_the_handbook():
    assert read(FILE).deadlines.model_dump() == {
        "receipt_minutes": 30,
        "read_minutes": 480,
        "read_minutes_near": 60,
        "near_hours": 24,
        "feedback_hours": 72,
        "urgent_direct_hours": 8,
        "urgent_indirect_hours": 72,
        "routine_hours": 168,
        "recall_answer_hours": 24,
    }


def test_agreement_terms_stated_are_kept():
    terms = read(FILE + b'[terms]\nonward_transfer = "never"\nretention_days = 30\n').terms
    assert (terms.onward_transfer, terms.retention_days) == ("never", 30)


NARROWEST = {
    "document of one byte": changed("max_document_bytes = 262144", "max_document_bytes = 1"),
    "lifetime of one hour": changed("max_lifetime_hours = 168", "max_lifetime_hours = 1"),
    "kept for one day": FILE + b"[terms]\nretention_days = 1\n",
    "feedback in one hour": FILE + b"[deadlines]\nfeedback_hours = 1\n",
    "one purpose": changed('["risk-analysis", "counter-narcotics"]', '["risk-analysis"]'),
    "one rule": FILE.rpartition(b"[[rules]]")[0],
    "name of 64 characters": changed("az-tm-2026", "a" * 64),
}


@pytest.mark.parametrize("raw", NARROWEST.values(), ids=NARROWEST)
def test_agreement_at_the_edge_of_what_may_be_agreed_is_read(raw):
    assert read(raw).parties == ("AZ-SCC", "TM-SCS")


def test_agreement_is_in_force_from_its_first_moment_until_its_last():
    one = read(FILE)
    start, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp() * 1000) for year in (2026, 2031))
    assert [one.is_in_force(at) for at in (start - 1, start, end - 1, end)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(("count", "fits"), [(64, True), (65, False)])
def test_agreement_has_at_most_64_parties(count, fits):
    parties = ["AZ-SCC", "TM-SCS", *(f"AA-{number:04}" for number in range(count - 2))]
    raw = changed('["AZ-SCC", "TM-SCS"]', json.dumps(parties))
    if fits:
        assert len(read(raw).parties) == count
    else:
        with pytest.raises(OperatorError):
            read(raw)


INVALID = {
    "empty": b"",
    "not toml": b"name = ",
    "not utf-8": b"\xff" + FILE,
    "truncated": FILE[: len(FILE) // 2],
    "member twice": changed('name = "az-tm-2026"', 'name = "a"\nname = "a"'),
    "nested too deep": b"a = " + b"[" * 5000 + b"]" * 5000,
    "unknown member": b"extra = 1\n" + FILE,
    "unknown member of a rule": FILE + b"extra = 1\n",
    "unknown term": FILE + b'[terms]\nextra = "never"\n',
    "term unknown": FILE + b'[terms]\nonward_transfer = "maybe"\n',
    "feedback in no hours": FILE + b"[deadlines]\nfeedback_hours = 0\n",
    "unknown deadline": FILE + b"[deadlines]\nanswer_hours = 1\n",
    "retention of no days": FILE + b"[terms]\nretention_days = 0\n",
    "name with capitals": changed("az-tm-2026", "AZ-TM"),
    "name too long": changed("az-tm-2026", "a" * 65),
    "title absent": changed('title = "Exchange of alerts, az-tm-2026"\n', ""),
    "one party": changed('["AZ-SCC", "TM-SCS"]', '["AZ-SCC"]'),
    "party no authority": changed('["AZ-SCC", "TM-SCS"]', '["AZ-SCC", "tm"]'),
    "no purpose": changed('["risk-analysis", "counter-narcotics"]', "[]"),
    "no type": changed('["alert/1", "pre-arrival-notice/1"]', "[]"),
    "time without offset": changed("2026-01-01T00:00:00Z", "2026-01-01T00:00:00"),
    "end without offset": changed("2031-01-01T00:00:00Z", "2031-01-01T00:00:00"),
    "time impossible": changed("2026-01-01T00:00:00Z", "2026-13-01T00:00:00Z"),
    "time no time": changed("2026-01-01T00:00:00Z", '"soon"'),
    "rule for a stranger": changed('to = "AZ-SCC"', 'to = "UZ-CC"'),
    "rule by a stranger": changed('from = "TM-SCS"', 'from = "UZ-CC"'),
    "purpose of a rule not the agreement's": FILE + b'purposes = ["curiosity"]\n',
    "no rules": TEXT.partition("[[rules]]")[0].encode(),
    "document of no bytes": changed("max_document_bytes = 262144", "max_document_bytes = 0"),
    "document beyond the protocol": changed(
        "max_document_bytes = 262144", "max_document_bytes = 262145"
    ),
    "lifetime of no hours": changed("max_lifetime_hours = 168", "max_lifetime_hours = 0"),
    "lifetime beyond the protocol": changed("max_lifetime_hours = 168", "max_lifetime_hours = 169"),
}


@pytest.mark.parametrize("raw", INVALID.values(), ids=INVALID)
def test_agreement_invalid_is_refused_with_its_source(raw):
    with pytest.raises(OperatorError) as refused:
        read(raw)
    assert refused.value.code == "agreement.invalid"
    assert refused.value.message.startswith("az-tm.toml: ")


def test_agreement_invalid_member_is_named():
    with pytest.raises(OperatorError, match=r"rules\.0\.max_lifetime_hours"):
        read(changed("max_lifetime_hours = 168", "max_lifetime_hours = 169"))
