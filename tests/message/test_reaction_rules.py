import json

import pytest

from node.message.document import all_faults


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
        *("hit-minimum", "hit-full", "acceptance-minimum", "acceptance-full", "acceptance-declined"),
        *("arrival-minimum", "arrival-full", "incident-minimum", "incident-full"),
    ],
)
def test_reaction_in_order_has_no_fault(found, name):
    assert found(name) == []


@pytest.mark.parametrize("name", ["hit-minimum", "acceptance-minimum"])
def test_reaction_to_an_alert_answers_nothing_else(published, found, name):
    answers = {**published(name)["answers"], "type": "pre-arrival-notice"}
    assert found(name, answers=answers) == [("/answers/type", "rule.answers_type")]


@pytest.mark.parametrize("name", ["arrival-minimum", "incident-minimum"])
@pytest.mark.parametrize("answered", ["pre-arrival-notice", "alert"])
def test_reaction_to_cargo_answers_a_notice_or_an_alert(published, found, name, answered):
    assert found(name, answers={**published(name)["answers"], "type": answered}) == []


def test_incident_may_be_told_by_who_sent_the_notice(published, found):
    answers = {**published("incident-minimum")["answers"], "authority": "TM-SCS"}
    assert found("incident-minimum", answers=answers) == []


def test_match_twice_is_a_fault(published, found):
    assert found("hit-minimum", matches=published("hit-minimum")["matches"] * 2) == [
        ("/matches", "rule.named_once")
    ]


def test_match_of_one_kind_in_two_records_is_no_fault(found):
    match = {"key": "wagon", "exactness": "exact", "found_in": "arrival"}
    assert found("hit-minimum", matches=[{**match, "reference": "1"}, {**match, "reference": "2"}]) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("office_of_control", "AZ001005"),
        ("unit", "PCU-ALYAT"),
        ("scheduled_at", "2026-11-25T05:00:00Z"),
        ("place", "ARR"),
        ("planned_actions", ["scan"]),
    ],
)
def test_plan_of_a_control_declined_is_a_fault(found, member, value):
    assert found("acceptance-declined", **{member: value}) == [(f"/{member}", "rule.control_planned")]


def test_acceptance_without_an_office_is_a_fault(found):
    assert found("acceptance-minimum", office_of_control=None) == [
        ("/office_of_control", "rule.control_planned")
    ]


@pytest.mark.parametrize(
    "listed",
    [
        {"passive_means": [{"identification": "24512345", "identification_type": "20"}]},
        {"equipment": [{"identification": "CSQU3054383"}]},
        {"transport_documents": [{"number": "SMGS-24117730", "type": "N722"}]},
    ],
    ids=lambda listed: next(iter(listed)),
)
def test_part_that_lists_what_came_is_no_fault(found, listed):
    assert found("arrival-minimum", completeness="part", **listed) == []


def test_part_that_lists_only_the_ship_is_a_fault(found):
    ship = {"identification": "9123453", "identification_type": "10"}
    assert found("arrival-minimum", completeness="part", active_means=ship) == [
        ("/completeness", "rule.part_listed")
    ]


@pytest.mark.parametrize("location", [{"code": "TMKRW"}, {"text": "Track 7"}])
def test_location_by_code_or_words_is_no_fault(found, location):
    assert found("arrival-minimum", location=location) == []


def test_arrived_identifiers_of_wrong_structure_are_faults(found):
    assert found(
        "arrival-minimum",
        active_means={"identification": "1", "identification_type": "10"},
        passive_means=[{"identification": "1", "identification_type": "20"}],
        equipment=[{"identification": "CSQ1"}],
    ) == [
        ("/active_means/identification", "rule.identifier_structure"),
        ("/passive_means/0/identification", "rule.identifier_structure"),
        ("/equipment/0/identification", "rule.identifier_structure"),
    ]


@pytest.mark.parametrize(
    "place",
    [{"locode": "TMKRW"}, {"text": "At sea"}, {"latitude": "39.21604", "longitude": "63.57851"}],
    ids=lambda place: next(iter(place)),
)
def test_incident_place_by_code_words_or_coordinates_is_no_fault(found, place):
    assert found("incident-minimum", place={"country": "TM", **place}) == []


@pytest.mark.parametrize(
    ("code", "member"),
    [("transshipment", "new_means"), ("seal-broken", "seals"), ("other", "text")],
)
def test_incident_that_is_not_described_is_a_fault(found, code, member):
    assert found("incident-minimum", code=code) == [(f"/{member}", "rule.incident_described")]


@pytest.mark.parametrize("code", ["deviation", "means-changed", "accident", "diversion", "loss"])
def test_incident_of_a_plain_kind_needs_nothing_more(found, code):
    assert found("incident-minimum", code=code) == []


def test_incident_moved_identifiers_of_wrong_structure_are_faults(found):
    assert found(
        "incident-minimum",
        new_means=[{"identification": "1", "identification_type": "20"}],
        transferred_equipment=[{"identification": "CSQ1"}],
    ) == [
        ("/new_means/0/identification", "rule.identifier_structure"),
        ("/transferred_equipment/0/identification", "rule.identifier_structure"),
    ]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-11-24T01:14:59Z", ["rule.times_in_order"]),
        ("2026-11-24T01:15:00Z", []),
        ("2026-11-24T05:30:00Z", []),
        ("2026-11-24T05:30:01Z", ["rule.happened_before_issue"]),
    ],
)
def test_incident_is_recorded_between_event_and_report(published, found, at, code):
    endorsement = {**published("incident-full")["endorsement"], "at": at}
    faults = found("incident-full", endorsement=endorsement)
    assert faults == [("/endorsement/at", each) for each in code]


@pytest.mark.parametrize(
    ("name", "member", "late"),
    [
        ("hit-minimum", "found_at", "2026-11-24T06:20:01Z"),
        ("arrival-minimum", "arrived_at", "2026-11-25T04:10:01Z"),
        ("incident-minimum", "occurred_at", "2026-11-25T02:00:01Z"),
    ],
)
def test_reaction_to_what_has_not_happened_yet_is_a_fault(found, name, member, late):
    assert found(name, **{member: late}) == [(f"/{member}", "rule.happened_before_issue")]
