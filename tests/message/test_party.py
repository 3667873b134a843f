import json

from node.message.document import read_document
from node.message.doubts import parts_of
from node.message.party import Person


def read(document):
    return read_document(json.dumps(document).encode()).document


def test_natural_persons_stand_only_in_sub_objects_of_their_own(full_notice):
    steps = [at for at, part in parts_of(read(full_notice)) if isinstance(part, Person)]
    assert steps == [("transport", "driver"), ("consignments", 0, "consignee", "person")]


def test_natural_persons_of_an_alert_stand_in_sub_objects_too(full_alert):
    steps = [at for at, part in parts_of(read(full_alert)) if isinstance(part, Person)]
    assert steps == [("contact", "analyst"), ("subject", "parties", 1, "party", "person")]


def test_organisation_keeps_its_address(full_notice):
    address = read(full_notice).carrier.organisation.address
    assert (address.city, address.country) == ("Baku", "AZ")
