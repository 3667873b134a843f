import json

import pytest
from pydantic import ValidationError

from node.matching.watch import WatchItem, watch_faults
from tests.matching.making import BOX, company, party, watch

ROUTE = {"place_of_loading": {"country": "AZ"}}


def found(item):
    return [(fault.pointer, fault.code) for fault in watch_faults(item)]


@pytest.mark.parametrize("subject", [{"equipment": [{"identification": BOX}]}, party(company())])
def test_watch_item_with_a_number_or_a_party_has_no_fault(subject):
    assert found(watch(subject)) == []


@pytest.mark.parametrize(
    ("subject", "more", "faults"),
    [
        ({}, {}, [("/subject", "rule.subject_named")]),
        (
            {"equipment": [{"identification": "CSQ1"}]},
            {},
            [("/subject/equipment/0/identification", "rule.identifier_structure")],
        ),
        (party(company()), {"route": ROUTE}, [("/route/place_of_loading", "rule.place_named")]),
        (
            party(company()),
            {"valid_from": "2027-01-01T00:00:00Z"},
            [("/valid_from", "rule.valid_from_before_until")],
        ),
        (party(company()), {"reason": "other"}, [("/reason_text", "rule.reason_worded")]),
    ],
)
def test_watch_item_that_contradicts_itself_has_a_fault(subject, more, faults):
    assert found(watch(subject, **more)) == faults


def test_watch_item_in_words_of_its_own_has_no_fault():
    assert found(watch(party(company()), reason="other", reason_text="Asked by the ministry.")) == []


def test_watch_item_is_written_and_read_back():
    item = watch(party(company()), route={"office_of_entry": "TM001004"})
    assert WatchItem.model_validate_json(item.model_dump_json(exclude_none=True)) == item


def test_unknown_member_of_a_watch_item_is_refused():
    members = json.loads(watch({"ucrs": ["6AZ1"]}).model_dump_json(exclude_none=True))
    with pytest.raises(ValidationError):
        WatchItem.model_validate_json(json.dumps(members | {"owner": "x"}))
