import json

import pytest

from node.message.document import all_faults

PLANK = {"group": "other", "commodity": "other", "quantity": "3", "unit": "C62"}


@pytest.fixture
def found(published):
    def make(name, **changes):
        document = {**published(name), **changes}
        kept = {member: value for member, value in document.items() if value is not None}
        return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(kept).encode())]

    return make


@pytest.mark.parametrize(
    "name",
    [
        *("control-result-minimum", "control-result-full", "control-result-observed"),
        *("control-result-not-controlled", "seizure-minimum", "seizure-full"),
    ],
)
def test_outcome_in_order_has_no_fault(found, name):
    assert found(name) == []


@pytest.mark.parametrize("member", ["triggers", "control_types", "result", "subject"])
def test_control_that_is_not_described_is_a_fault(found, member):
    assert found("control-result-minimum", **{member: None}) == [
        (f"/{member}", "rule.control_described")
    ]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("control_types", ["dog"]),
        ("result", "A1"),
        ("started_at", "2026-11-26T09:00:00Z"),
        ("discrepancies", [{"kind": "mass", "found": "3 t"}]),
        ("seals", [{"state": "intact"}]),
        ("measured_gross_mass", "3000"),
    ],
)
def test_description_of_no_control_is_a_fault(found, member, value):
    assert found("control-result-not-controlled", **{member: value}) == [
        (f"/{member}", "rule.control_described")
    ]


def test_no_control_may_say_what_was_looked_for_and_for_how_long(found):
    subject = {"equipment": [{"identification": "CSQU3054383"}]}
    more = {"subject": subject, "triggers": ["alert"], "hours_spent": "2", "usefulness": 2}
    assert found("control-result-not-controlled", **more) == []


@pytest.mark.parametrize("answered", ["alert", "pre-arrival-notice"])
def test_control_result_answers_an_alert_or_a_notice(published, found, answered):
    answers = {**published("control-result-minimum")["answers"], "type": answered}
    assert found("control-result-minimum", answers=answers) == []


def test_control_result_answers_no_seizure(published, found):
    answers = {**published("control-result-minimum")["answers"], "type": "seizure"}
    assert found("control-result-minimum", answers=answers) == [("/answers/type", "rule.answers_type")]


@pytest.mark.parametrize("member", ["triggers", "control_types"])
def test_code_named_twice_is_a_fault(published, found, member):
    twice = published("control-result-minimum")[member] * 2
    assert found("control-result-minimum", **{member: twice}) == [(f"/{member}", "rule.named_once")]


@pytest.mark.parametrize(
    ("started", "is_fault"), [("2026-11-25T08:30:00Z", False), ("2026-11-25T08:30:01Z", True)]
)
def test_control_that_starts_after_its_end_is_a_fault(found, started, is_fault):
    fault = ("/started_at", "rule.times_in_order")
    assert found("control-result-minimum", started_at=started) == [fault] * is_fault


def test_difference_that_is_none_is_a_fault(found):
    listed = [{"kind": "mass", "found": "3 t"}, {"kind": "mass"}]
    assert found("control-result-full", discrepancies=listed) == [
        ("/discrepancies/1", "rule.difference_told")
    ]


def test_seizure_may_follow_ones_own_control_result(published, found):
    assert published("seizure-full")["answers"]["authority"] == "TM-SCS"
    assert found("seizure-full") == []


@pytest.mark.parametrize("answered", ["alert", "pre-arrival-notice"])
def test_seizure_answers_no_alert_or_notice_of_its_own(published, found, answered):
    answers = {**published("seizure-minimum")["answers"], "authority": "TM-SCS", "type": answered}
    assert found("seizure-minimum", answers=answers) == [("/answers/authority", "rule.answers_other")]


def test_other_commodity_in_words_is_no_fault(found):
    assert found("seizure-minimum", goods=[{**PLANK, "substance": "Rosewood planks"}]) == []


def test_quantity_of_nothing_is_a_fault(found):
    goods = [{**PLANK, "commodity": "wildlife", "quantity": "0.000"}]
    assert found("seizure-minimum", goods=goods) == [("/goods/0/quantity", "rule.quantity_seized")]


@pytest.mark.parametrize(
    ("persons", "arrests", "is_fault"),
    [(None, None, False), (2, None, False), (2, 2, False), (2, 3, True), (None, 1, True), (0, 0, False)],
)
def test_arrests_beyond_the_persons_counted_are_a_fault(found, persons, arrests, is_fault):
    fault = ("/arrests_count", "rule.arrests_counted")
    counts = {"persons_count": persons, "arrests_count": arrests}
    assert found("seizure-minimum", **counts) == [fault] * is_fault


@pytest.mark.parametrize("member", ["departure", "destination"])
def test_route_place_keeps_its_rules(found, member):
    assert found("seizure-minimum", route={member: {"country": "TM"}}) == [
        (f"/route/{member}", "rule.place_named")
    ]


def test_route_without_places_is_no_fault(found):
    assert found("seizure-minimum", route={"origin": "CN"}) == []
