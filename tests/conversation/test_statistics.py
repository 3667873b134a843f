"""Adding up: counts, percentages, medians and masses, by counterpart and direction."""

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.conversation.facts import Ref
from node.conversation.statistics import agreed_terms, figures_of
from node.message.document import read_document
from node.message.statistics import Statistics
from node.reference.statistics_codes import METRICS
from node.trust.agreement import Deadlines, read_agreement
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, UZ, lead, said
from tests.conversation.test_counted import answer, page_of
from tests.conversation.test_measures import LATER, WEEK, seizure
from tests.scenarios.test_sides_agree import dialogues, play

MINUTE = 60_000
PAGE = Path(__file__).parents[2] / "docs" / "statistics.md"
AGREEMENT = Path(__file__).parents[2] / "config" / "agreements" / "az-uz.toml"
MIRROR = {"sent": "received", "received": "sent"}


def figures(*pages, is_test=False):
    found = figures_of(pages, WEEK, now=LATER, terms=lambda _: Deadlines(), is_test=is_test)
    return {(one.direction, one.metric, one.mode, one.trigger, one.commodity): one for one in found}


def figure(*pages, metric, direction="received", trigger=None, commodity=None):
    one = figures(*pages)[direction, metric, None, trigger, commodity]
    return one.value, one.unit, one.of


def alert(number, *answers, author=UZ):
    """Make the page of one more alert, with answers to it."""
    ref = Ref("alert", author, f"{author[:2]}-ALR-{number}")
    return page_of(lead(ref), *(answers), ref=ref)


def accepted(number, minutes):
    ref = Ref("alert", UZ, f"UZ-ALR-{number}")
    said_at = NOON + HOUR + minutes * MINUTE
    return alert(number, said("acceptance", AZ, f"A{number}", at=said_at, target=ref))


def test_counts_are_summed_and_name_no_base():
    assert figure(alert(1), alert(2), metric="documents-alert") == ("2", "count", None)


def test_count_of_none_is_told_where_there_was_something_to_count():
    assert figure(alert(1), metric="alerts-hit") == ("0", "count", None)
    assert figures() == {}


@pytest.mark.parametrize(
    ("minutes", "median"),
    [([30], "30"), ([10, 30, 500], "30"), ([10, 31], "20.5"), ([0, 0, 1], "0")],
)
def test_time_is_the_median(minutes, median):
    pages = [accepted(number, each) for number, each in enumerate(minutes)]
    assert figure(*pages, metric="acceptance-time") == (median, "minutes", len(minutes))


def test_percentage_is_taken_of_all_together():
    pages = [accepted(1, 10), alert(2), alert(3)]
    assert figure(*pages, metric="acceptance-in-time") == ("33.3", "percent", 3)


def test_completeness_weighs_each_notice_by_its_members():
    pages = []
    for number, full in enumerate([[10, 10], [45, 90]]):
        ref = Ref("pre-arrival-notice", UZ, f"N{number}")
        pages.append(page_of(lead(ref, coded={"full": full, "minimum": full}), ref=ref))
    assert figure(*pages, metric="completeness-full") == ("55", "percent", 100)


def test_cost_of_false_warnings_is_a_sum():
    pages = []
    for number, hours in enumerate(["1.5", "2"]):
        ref = Ref("alert", UZ, f"UZ-ALR-{number}")
        coded = {"result": "A1", "hours": hours}
        control = said("control-result", AZ, f"C{number}", at=NOON + HOUR, target=ref, coded=coded)
        pages.append(alert(number, control))
    assert figure(*pages, metric="false-warning-cost") == ("210", "minutes", 2)


def test_mass_is_summed_exactly():
    goods = [["opiates", "0.1", "KGM"], ["opiates", "0.2", "KGM"]]
    page = page_of(lead(), seizure(ALERT, goods=goods))
    assert figure(page, metric="seized-mass", commodity="opiates") == ("0.3", "kilograms", 2)


def test_absurd_masses_end_at_the_largest_figure_there_is():
    goods = [["opiates", "9999999999.999999", "TNE"]] * 20
    page = page_of(lead(), seizure(ALERT, goods=goods))
    assert figure(page, metric="seized-mass", commodity="opiates")[0] == "9999999999999"


def test_hit_rate_is_split_by_trigger_and_never_taken_of_all():
    page = page_of(lead(), answer("control-result", coded={"triggers": ["alert", "random"]}))
    rates = {key[3] for key in figures(page) if key[1] == "hit-rate"}
    assert rates == {"alert", "random"}


def test_direction_is_that_of_the_leading_document():
    ours = alert(1, author=AZ)
    assert figure(ours, metric="documents-alert", direction="sent")[0] == "1"


def test_figures_come_by_counterpart_direction_and_the_order_of_the_list():
    pages = [alert(1), alert(2, author=AZ), page_of(lead(), answer("control-result"))]
    found = figures_of(pages, WEEK, now=LATER, terms=lambda _: Deadlines())
    order = list(METRICS.codes)
    keys = [(one.counterpart, one.direction, order.index(one.metric)) for one in found]
    assert keys == sorted(keys)


def test_terms_are_asked_of_each_conversation():
    short = Deadlines(read_minutes=1, read_minutes_near=1)
    page = accepted(1, 10)
    found = figures_of([page], WEEK, now=LATER, terms=lambda _: short)
    (rate,) = [one.value for one in found if one.metric == "read-in-time"]
    assert rate == "0"


def statistics_of(found):
    return {
        "type": "statistics/1",
        "reference": "AZ-STA-1",
        "version": 1,
        "function": "9",
        "issued_at": "2026-12-01T06:00:00Z",
        "originator": {"authority": AZ, "unit": "PCU-ALYAT", "country": "AZ"},
        "recipients": [UZ],
        "priority": "routine",
        "valid_until": "2027-12-01T06:00:00Z",
        "handling": {"purpose": "risk-analysis", "legal_basis": "customs-agreement"},
        "test": False,
        "period_start": "2026-11-01T00:00:00Z",
        "period_end": "2026-12-01T00:00:00Z",
        "figures": [one.model_dump(exclude_none=True) for one in found],
    }


@settings(max_examples=150, deadline=None)
@given(dialogues(), st.randoms(use_true_random=False))
def test_two_sides_make_the_same_figures_whatever_was_said_and_however_it_came(dialogue, chance):
    made = []
    for own in (AZ, UZ):
        order = [*range(len(dialogue)), *chance.choices(range(len(dialogue)), k=3)]
        chance.shuffle(order)
        pages = play(own, complete(dialogue), order, 2).pages.values()
        found = figures_of(pages, WEEK, now=LATER, terms=lambda _: Deadlines())
        made.append({(one.direction, *key_of(one)): (one.value, one.of) for one in found})
    ours, theirs = made
    assert without_reading(ours) == without_reading(
        {(MIRROR[key[0]], *key[1:]): value for key, value in theirs.items()}
    )


@settings(max_examples=30, deadline=None)
@given(dialogues())
def test_figures_always_make_a_document(dialogue):
    pages = play(AZ, complete(dialogue), range(len(dialogue)), 5).pages.values()
    found = figures_of(pages, WEEK, now=LATER, terms=lambda _: Deadlines())
    if found:
        read_back(statistics_of(found))
    assert all(Decimal(one.value).is_finite() for one in found)


def read_back(value):
    document = read_document(json.dumps(value).encode()).document
    assert isinstance(document, Statistics)


def complete(dialogue):
    """Add the coded facts that a real document would have."""
    more = {"seizure": {"goods": [["opiates", "1", "KGM"]]}}
    return [replace(one, coded={**more.get(one.name, {}), **one.coded}) for one in dialogue]


def key_of(one):
    return (one.metric, one.mode, one.trigger, one.commodity)


def without_reading(found):
    """Leave out what depends on when word of the reading came: only the reader saw it itself."""
    return {key: value for key, value in found.items() if "read" not in key[1]}


def test_days_are_left_out_that_the_period_does_not_hold():
    page = page_of(lead(at=NOON - 2 * DAY))
    assert figures(page) == {}


def test_agreed_terms_are_those_of_the_agreement_that_the_leading_document_names():
    agreement = read_agreement(AGREEMENT.read_bytes(), source=AGREEMENT.name)
    slow = agreement.model_copy(update={"deadlines": Deadlines(read_minutes=999)})
    terms = agreed_terms({"known": slow})
    assert terms(page_of(lead(coded={"agreement": "known"}))) == slow.deadlines
    assert terms(page_of(lead(coded={"agreement": "another"}))) == Deadlines()
    assert terms(page_of(lead())) == Deadlines()


def test_page_says_of_every_metric_how_it_is_computed():
    table = PAGE.read_text(encoding="utf-8").partition("\n## The figures\n")[2]
    shown = re.findall(r"^\| `([a-z0-9…-]+)` \|", table, re.MULTILINE)
    others = [metric for metric in METRICS.codes if not metric.startswith("documents-")]
    assert shown == ["documents-…", *others]
