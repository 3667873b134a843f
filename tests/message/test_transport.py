import json

import pytest

from node.message.document import all_faults, read_document


def test_ferry_carries_its_voyage_and_its_wagons(full_notice):
    transport = read_document(json.dumps(full_notice).encode()).document.transport
    assert transport.mode == "1"
    assert transport.combined_mode == "12"
    assert transport.active_means.conveyance_reference == "QU-412"
    assert [means.identification_type for means in transport.passive_means] == ["20"]


def test_routing_of_one_country_is_refused(notice):
    notice["transport"]["routing_countries"] = ["AZ"]
    (fault,) = all_faults(json.dumps(notice).encode())
    assert (fault.pointer, fault.code) == ("/transport/routing_countries", "list.length")


@pytest.mark.parametrize("member", ["mode", "active_means", "estimated_arrival_at"])
def test_journey_without_its_essentials_is_refused(notice, member):
    del notice["transport"][member]
    (fault,) = all_faults(json.dumps(notice).encode())
    assert (fault.pointer, fault.code) == (f"/transport/{member}", "member.missing")
