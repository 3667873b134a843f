import json

import pytest

from node.message.consignment import Consignment
from node.message.document import all_faults, read_document

ROLES = {
    "consignor": ("30A", "R020", "R021"),
    "consignee": ("27A", "R014", "R015"),
    "carrier": ("18A", "R011", "R012"),
    "buyer": ("16A", "R009", "R010"),
    "seller": ("09B", "R050", "R051"),
    "exporter": ("57A", "R031", "R032"),
    "importer": ("74A", "R037", "R038"),
}


@pytest.mark.parametrize(("role", "ids"), ROLES.items())
def test_party_role_carries_its_wco_ids(role, ids):
    extra = Consignment.model_fields[role].json_schema_extra
    assert tuple(extra[name] for name in ("x-wco-id", "x-wco-name-id", "x-wco-code-id")) == ids


def test_ucr_with_small_letters_is_refused(notice):
    notice["consignments"][0]["ucr"] = "6az1700456781-0042"
    (fault,) = all_faults(json.dumps(notice).encode())
    assert (fault.pointer, fault.code) == ("/consignments/0/ucr", "value.form")


def test_consignment_without_goods_is_accepted(notice):
    notice["consignments"][0]["goods"] = []
    document = read_document(json.dumps(notice).encode()).document
    assert document.consignments[0].goods == ()
