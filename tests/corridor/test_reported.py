"""What others tell of flows between them: taken as it is, marked, and added to nothing."""

import json

import pytest

from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.corridor.reported import reported_of
from node.message.document import read_document
from tests.conversation.conftest import AZ, UZ
from tests.corridor.conftest import TM

NOVEMBER = Period(1_793_491_200_000, 1_796_083_200_000)
COUNT = {"metric": "documents-alert", "direction": "sent", "unit": "count", "value": "5"}
RATE = {
    "metric": "hit-rate",
    "direction": "sent",
    "unit": "percent",
    "value": "40",
    "of": 5,
    "trigger": "alert",
}


def statistics(*figures, author=AZ, version=1, **more):
    value = {
        "type": "statistics/1",
        "reference": f"{author[:2]}-STA-1",
        "version": version,
        "function": "9" if version == 1 else "5",
        "issued_at": "2026-12-01T06:00:00Z",
        "originator": {"authority": author, "unit": "PCU-ALYAT", "country": author[:2]},
        "recipients": [UZ],
        "priority": "routine",
        "valid_until": "2027-12-01T06:00:00Z",
        "handling": {"purpose": "risk-analysis", "legal_basis": "customs-agreement"},
        "test": False,
        "period_start": "2026-11-01T00:00:00Z",
        "period_end": "2026-12-01T00:00:00Z",
        "figures": [{"counterpart": TM, **figure} for figure in figures or (COUNT,)],
    }
    return read_document(json.dumps({**value, **more}).encode()).document


def reported(*documents, **more):
    return reported_of(documents, **{"own": UZ, "period": NOVEMBER, **more})


def test_flow_of_others_is_marked_with_who_said_it():
    (found,) = reported(statistics())
    assert found.source == Ref("statistics", AZ, "AZ-STA-1")
    assert (found.sender, found.recipient, found.period) == (AZ, TM, NOVEMBER)
    assert [(one.measure, one.value) for one in found.figures] == [("documents-alert", "5")]


def test_flow_that_both_ends_report_stands_twice_and_is_added_to_nothing():
    mirror = {**COUNT, "direction": "received", "counterpart": AZ, "value": "4"}
    found = reported(statistics(mirror, author=TM), statistics())
    assert [(one.sender, one.recipient, one.source.authority) for one in found] == [
        (AZ, TM, AZ),
        (AZ, TM, TM),
    ]
    assert [one.figures[0].value for one in found] == ["5", "4"]


def test_both_directions_of_one_source_are_two_flows():
    found = reported(statistics(COUNT, {**COUNT, "direction": "received"}))
    assert [(one.sender, one.recipient) for one in found] == [(AZ, TM), (TM, AZ)]


def test_figures_about_ourselves_are_left_to_our_own_count():
    assert reported(statistics({**COUNT, "counterpart": UZ})) == ()


def test_our_own_statistics_are_no_report():
    assert reported(statistics(author=UZ, recipients=[AZ])) == ()


@pytest.mark.parametrize("order", [1, -1])
def test_newest_version_counts(order):
    documents = [statistics(), statistics({**COUNT, "value": "6"}, version=2)]
    (found,) = reported(*documents[::order])
    assert (found.version, found.figures[0].value) == (2, "6")


def test_cancelled_statistics_count_no_more():
    assert reported(statistics(), statistics(version=2, function="1")) == ()


@pytest.mark.parametrize("is_test", [True, False])
def test_test_traffic_is_told_apart(is_test):
    assert bool(reported(statistics(test=True), is_test=is_test)) is is_test


@pytest.mark.parametrize(
    "period",
    [Period(NOVEMBER.start + 1, NOVEMBER.end), Period(NOVEMBER.start, NOVEMBER.end - 1)],
)
def test_statistics_that_reach_beyond_the_period_are_left_out(period):
    assert reported(statistics(), period=period) == ()


def test_figure_of_a_part_names_it():
    (found,) = reported(statistics(RATE))
    (figure,) = found.figures
    assert (figure.part, figure.value, figure.of) == ("alert", "40", 5)


@pytest.mark.parametrize(
    ("figure", "is_withheld"),
    [
        ({**COUNT, "value": "2"}, True),
        ({**COUNT, "value": "0"}, False),
        (COUNT, False),
        (RATE, True),  # 2 of 5
        ({**RATE, "of": 10}, False),  # 4 of 10
        ({**RATE, "value": "90", "of": 10}, True),  # all but 1
        ({**RATE, "value": "100", "of": 2}, True),
        (
            {
                "metric": "read-time",
                "direction": "sent",
                "unit": "minutes",
                "value": "7",
                "of": 1,
            },
            True,
        ),
    ],
)
def test_small_numbers_are_withheld(figure, is_withheld):
    ((shown,),) = (one.figures for one in reported(statistics(figure), least=3))
    assert (shown.value is None) is is_withheld
    assert not is_withheld or shown.of is None
