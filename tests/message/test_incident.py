import json

import pytest

from node.message.document import all_faults, read_document
from node.message.incident import Incident


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.fixture
def at(published):
    def make(latitude, longitude):
        place = {"country": "TM", "latitude": latitude, "longitude": longitude}
        return faults({**published("incident-minimum"), "place": place})

    return make


@pytest.mark.parametrize("member", ["answers", "code", "occurred_at", "place"])
def test_incident_without_its_essentials_is_refused(published, member):
    incident = published("incident-minimum")
    del incident[member]
    assert faults(incident) == [(f"/{member}", "member.missing")]


def test_incident_tells_event_place_and_new_means(published):
    incident = read_document(json.dumps(published("incident-full")).encode()).document
    assert isinstance(incident, Incident)
    assert incident.code == "transshipment"
    assert [means.mode for means in incident.new_means] == ["3", "3"]
    assert incident.endorsement.office == "TM001022"


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("39.21604", "63.57851"), ("-0.00000", "+179.9999999"), ("90.00000", "-180.0000000")],
)
def test_incident_coordinates_in_range_are_accepted(at, latitude, longitude):
    assert at(latitude, longitude) == []


@pytest.mark.parametrize(
    "latitude", ["90.00001", "91.00000", "39.2160", "39.21604123", "39,21604", "N39"]
)
def test_incident_latitude_that_cannot_be_is_refused(at, latitude):
    assert at(latitude, "63.57851") == [("/place/latitude", "value.form")]


@pytest.mark.parametrize("longitude", ["180.00001", "181.00000", "63.5785", "200.00000", "E63"])
def test_incident_longitude_that_cannot_be_is_refused(at, longitude):
    assert at("39.21604", longitude) == [("/place/longitude", "value.form")]
