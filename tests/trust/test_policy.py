from dataclasses import replace
from datetime import UTC, datetime

import pytest

from node.errors import Refusal
from node.trust.agreement import read_agreement
from node.trust.policy import Deny, Permit, Question, decide, decide_under
from tests.world import AZ_TM, HOUR, NOW, TM_UZ, Terms, agreement, agreement_file

ASKED = Question(
    originator="TM-SCS",
    recipient="AZ-SCC",
    type="alert/1",
    at=NOW,
    lifetime_ms=24 * HOUR,
    document_bytes=1000,
    purpose="counter-narcotics",
)
NARROW = agreement(
    Terms(
        name="narrow",
        directions=(("TM-SCS", "AZ-SCC"),),
        types=("alert/1",),
        valid_from="2026-11-01T00:00:00Z",
        valid_until="2026-12-01T00:00:00Z",
        purposes=("counter-narcotics",),
        max_document_bytes=1000,
        max_lifetime_hours=24,
    )
)
START = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
END = int(datetime(2026, 12, 1, tzinfo=UTC).timestamp() * 1000)


def test_policy_everything_at_its_limit_is_permitted_by_the_rule():
    decision = decide_under(NARROW, ASKED)
    assert decision == Permit(NARROW, NARROW.rules[0])


PERMITTED = {
    "first moment": {"at": START},
    "last moment": {"at": END - 1},
    "still sealed": {"document_bytes": 0, "purpose": None},
}


@pytest.mark.parametrize("changes", PERMITTED.values(), ids=PERMITTED)
def test_policy_within_the_agreement_is_permitted(changes):
    assert isinstance(decide_under(NARROW, replace(ASKED, **changes)), Permit)


DENIED = {
    "before its time": ({"at": START - 1}, "not in force"),
    "after its time": ({"at": END}, "not in force"),
    "type not agreed": ({"type": "pre-arrival-notice/1"}, "does not cover"),
    "one byte too many": ({"document_bytes": 1001}, "1001 bytes, at most 1000"),
    "one millisecond too long": ({"lifetime_ms": 24 * HOUR + 1}, "24 hours"),
    "purpose not agreed": ({"purpose": "risk-analysis"}, "purpose"),
    "purpose empty": ({"purpose": ""}, "purpose"),
}


@pytest.mark.parametrize(("changes", "reason"), DENIED.values(), ids=DENIED)
def test_policy_beyond_the_agreement_is_denied_with_its_reason(changes, reason):
    decision = decide_under(NARROW, replace(ASKED, **changes))
    assert isinstance(decision, Deny)
    assert decision.code == Refusal.AGREEMENT_DENIED
    assert reason in decision.reason


UNKNOWN = {
    "other direction": {"originator": "AZ-SCC", "recipient": "TM-SCS"},
    "stranger sends": {"originator": "UZ-CC"},
    "stranger receives": {"recipient": "UZ-CC"},
}


@pytest.mark.parametrize("changes", UNKNOWN.values(), ids=UNKNOWN)
def test_policy_pair_without_a_rule_is_unknown(changes):
    decision = decide_under(NARROW, replace(ASKED, **changes))
    assert isinstance(decision, Deny)
    assert decision.code == Refusal.AGREEMENT_UNKNOWN


def two_rules():
    wide = 'types = ["alert/1"]\npurposes = ["risk-analysis"]\nmax_document_bytes = 2000\n'
    text = agreement_file(
        Terms(directions=(("TM-SCS", "AZ-SCC"),), types=("alert/1",), max_document_bytes=1000)
    ).decode()
    return read_agreement(
        f'{text}[[rules]]\nfrom = "TM-SCS"\nto = "AZ-SCC"\n{wide}'.encode(), source="two"
    )


def test_policy_second_rule_fits_permits_by_it():
    agreed = two_rules()
    asked = replace(ASKED, document_bytes=2000, purpose="risk-analysis")
    assert decide_under(agreed, asked) == Permit(agreed, agreed.rules[1])


def test_policy_no_rule_fits_gives_the_objection_to_the_first():
    decision = decide_under(two_rules(), replace(ASKED, document_bytes=2001))
    assert isinstance(decision, Deny)
    assert "at most 1000" in decision.reason


def test_policy_rule_narrows_the_purposes_of_its_agreement():
    decision = decide_under(two_rules(), replace(ASKED, document_bytes=2000))
    assert isinstance(decision, Deny)


def test_decide_no_agreements_is_unknown():
    decision = decide([], ASKED)
    assert isinstance(decision, Deny)
    assert decision.code == Refusal.AGREEMENT_UNKNOWN
    assert "TM-SCS send to AZ-SCC" in decision.reason


def test_decide_one_of_several_permits_is_permitted_by_it():
    late = replace(ASKED, at=END)
    assert decide([TM_UZ, NARROW, AZ_TM], late) == Permit(AZ_TM, AZ_TM.rules[0])


def test_decide_none_permits_gives_the_reason_of_the_nearest():
    decision = decide([NARROW, TM_UZ], replace(ASKED, at=END))
    assert isinstance(decision, Deny)
    assert decision.code == Refusal.AGREEMENT_DENIED
    assert decision.reason.startswith("narrow ")
