import json

import pytest

from node.message.arrival import Arrival
from node.message.document import all_faults, read_document


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("member", ["answers", "office", "arrived_at", "completeness"])
def test_arrival_without_its_essentials_is_refused(published, member):
    arrival = published("arrival-minimum")
    del arrival[member]
    assert faults(arrival) == [(f"/{member}", "member.missing")]


def test_arrival_lists_what_came(published):
    arrival = read_document(json.dumps(published("arrival-full")).encode()).document
    assert isinstance(arrival, Arrival)
    assert arrival.active_means.conveyance_reference == "QU-412"
    assert [box.identification for box in arrival.equipment] == ["CSQU3054383"]
    assert [means.identification for means in arrival.passive_means] == ["24512345"]
    assert [each.number for each in arrival.transport_documents] == ["SMGS-24117730"]


def test_arrival_of_an_unknown_completeness_is_refused(published):
    arrival = {**published("arrival-minimum"), "completeness": "half"}
    assert faults(arrival) == [("/completeness", "value.code")]
