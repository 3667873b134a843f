"""Which documents a view may use: each ruling, on both sides of its line."""

from datetime import UTC, datetime

import pytest

from node.corridor.cargo import Match
from node.corridor.sharing import LEAST_SHARED, Audience, Ruling, Source, judge, tellable
from node.trust.agreement import Agreement, Terms
from tests.conversation.conftest import AZ, DAY, NOON, UZ
from tests.corridor.conftest import ALERT, NOTICE, TM, case

HOUSE = Audience(UZ)
FOR_TM = Audience(UZ, frozenset({TM}))


def agreement(**terms):
    return Agreement.model_validate(
        {
            "digest": "d",
            "name": "az-uz",
            "title": "t",
            "parties": (AZ, UZ),
            "valid_from": datetime(2026, 1, 1, tzinfo=UTC),
            "valid_until": datetime(2031, 1, 1, tzinfo=UTC),
            "legal_basis": "l",
            "purposes": ("risk-analysis", "counter-narcotics"),
            "rules": ({"from": AZ, "to": UZ, "types": ("alert/1",)},),
            "terms": Terms(**{"retention_days": 10, **terms}),
        }
    )


def source(author=AZ, recipients=(UZ,), *, purpose="risk-analysis", **terms):
    return Source(author, recipients, NOON, purpose, agreement(**terms))


def ruled(made, audience=HOUSE, now=NOON + DAY):
    return judge(made, audience, now=now)


def test_document_of_a_peer_is_used_in_the_house():
    assert ruled(source()) is Ruling.USED


@pytest.mark.parametrize(("days", "ruling"), [(10, Ruling.RETENTION_OVER), (9, Ruling.USED)])
def test_document_is_used_for_the_days_agreed(days, ruling):
    assert ruled(source(), now=NOON + days * DAY) is ruling


def test_document_without_its_agreement_is_not_used():
    assert ruled(Source(AZ, (UZ,), NOON, None, None)) is Ruling.NO_AGREEMENT


@pytest.mark.parametrize(("use", "ruling"), [("never", Ruling.NO_AGGREGATE), ("allowed", Ruling.USED)])
def test_agreement_may_exclude_figures(use, ruling):
    assert ruled(source(aggregate_use=use)) is ruling


def test_our_own_document_is_used_whatever_was_agreed():
    terms = agreement(onward_transfer="never", aggregate_use="never")
    made = Source(UZ, (AZ,), NOON, "risk-analysis", terms)
    assert ruled(made, FOR_TM, NOON + 99 * DAY) is Ruling.USED


@pytest.mark.parametrize("author", [AZ, UZ])
@pytest.mark.parametrize(
    ("asked", "purpose", "ruling"),
    [
        (None, "risk-analysis", Ruling.USED),
        (None, None, Ruling.USED),
        ("risk-analysis", "risk-analysis", Ruling.USED),
        ("risk-analysis", "counter-narcotics", Ruling.OTHER_PURPOSE),
        ("risk-analysis", None, Ruling.OTHER_PURPOSE),
    ],
)
def test_document_is_used_for_its_own_purpose_only(author, asked, purpose, ruling):
    assert ruled(source(author, purpose=purpose), Audience(UZ, purpose=asked)) is ruling


def test_purpose_that_the_agreement_does_not_name_is_not_used():
    assert ruled(source(purpose="security")) is Ruling.OTHER_PURPOSE


@pytest.mark.parametrize(
    ("onward", "verbatim", "ruling"),
    [
        ("never", False, Ruling.NOT_ONWARD),
        ("consent", False, Ruling.USED),
        ("allowed", False, Ruling.USED),
        ("never", True, Ruling.NOT_ONWARD),
        ("consent", True, Ruling.NOT_ONWARD),
        ("allowed", True, Ruling.USED),
    ],
)
def test_view_for_others_asks_what_may_be_passed_on(onward, verbatim, ruling):
    made = Source(AZ, (UZ,), NOON, None, agreement(onward_transfer=onward), verbatim)
    assert ruled(made, FOR_TM) is ruling
    assert ruled(made) is Ruling.USED


@pytest.mark.parametrize(
    ("readers", "ruling"),
    [({AZ}, Ruling.USED), ({TM}, Ruling.USED), ({AZ, TM}, Ruling.USED), ({"KZ-SRC"}, Ruling.NOT_ONWARD)],
)
def test_reader_who_has_the_document_may_see_it_counted(readers, ruling):
    made = source(AZ, (UZ, TM), onward_transfer="never")
    assert ruled(made, Audience(UZ, frozenset(readers))) is ruling


def test_small_numbers_are_withheld_from_others_only():
    assert (HOUSE.least, FOR_TM.least) == (0, LEAST_SHARED)


def test_others_are_told_of_confirmed_matches_with_alerts_they_may_see_counted():
    matches = [
        Match("M1", NOTICE, alert=ALERT, decision="confirmed"),
        Match("M2", NOTICE, alert=ALERT),
        Match("M3", NOTICE, decision="confirmed"),
    ]
    cases = [case(NOTICE), case(ALERT)]
    assert [each.id for each in tellable(matches, cases, FOR_TM)] == ["M1"]
    assert list(tellable(matches, cases[:1], FOR_TM)) == []
    assert list(tellable(matches, cases[:1], HOUSE)) == matches
