import json

import pytest

from node.message.document import all_faults, read_document
from node.message.statistics import Statistics


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("profile", ["minimum", "full"])
def test_published_example_is_of_its_model(published, profile):
    document = read_document(json.dumps(published(f"statistics-{profile}")).encode()).document
    assert type(document) is Statistics


@pytest.mark.parametrize("member", ["period_start", "period_end", "figures"])
def test_member_that_is_required_is_missed(published, member):
    document = published("statistics-minimum")
    del document[member]
    assert found(document) == [(f"/{member}", "member.missing")]


@pytest.mark.parametrize("value", ["0", "-0.5", "9999999999999.999", "35.7"])
def test_value_that_is_a_decimal_is_accepted(published, value):
    document = published("statistics-minimum")
    document["figures"][0] |= {"metric": "lead-time-alert", "unit": "minutes", "value": value}
    assert found(document) == []


@pytest.mark.parametrize("value", ["", "+1", "01", "1.", ".5", "1e3", "--1", "1.0000", "NaN", "1 000"])
def test_value_in_another_spelling_is_refused(published, value):
    document = published("statistics-minimum")
    document["figures"][0]["value"] = value
    assert found(document) == [("/figures/0/value", "value.form")]
