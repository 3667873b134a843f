import json

import pytest

from node.message.document import all_faults, read_document
from node.message.notice import PreArrivalNotice

WCO_IDS = {
    "reference": "D026",
    "function": "017",
    "issued_at": "D011",
    "office_of_declaration": "065",
    "office_of_entry": "G004",
    "office_of_exit": "G005",
    "office_of_presentation": "G015",
    "total_items": "228",
    "total_gross_mass": "131",
    "total_packages": "146",
}


@pytest.mark.parametrize(("member", "wco_id"), WCO_IDS.items())
def test_notice_member_carries_its_wco_id(member, wco_id):
    assert PreArrivalNotice.model_fields[member].json_schema_extra["x-wco-id"] == wco_id


@pytest.mark.parametrize(
    "member", ["office_of_entry", "total_gross_mass", "transport", "carrier", "valid_until"]
)
def test_notice_without_its_essentials_is_refused(notice, member):
    del notice[member]
    (fault,) = all_faults(json.dumps(notice).encode())
    assert (fault.pointer, fault.code) == (f"/{member}", "member.missing")


def test_notice_of_an_empty_means_is_accepted(notice):
    notice |= {"consignments": [], "equipment": [], "total_gross_mass": "0"}
    assert read_document(json.dumps(notice).encode()).document.consignments == ()
