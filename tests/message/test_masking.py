import json
from pathlib import Path

import pytest

from node.message.document import read_document
from node.message.masking import MASK, masked

EXAMPLES = sorted((Path(__file__).parents[2] / "schemas" / "examples").glob("*.json"))
PERSON = {
    "name": "Name Surname",
    "identification": "AA1234567",
    "address": {"city": "Baku", "country": "AZ"},
    "communications": [{"number": "+994501234567", "type": "TE"}],
}


def shown(value):
    document = read_document(json.dumps(value).encode()).document
    return masked(value, document)


def leaves(value):
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from leaves(member)
    else:
        yield value


def test_masked_person_shows_no_word_of_it(notice):
    notice["carrier"] = {"type_of_person": "1", "person": PERSON}
    person = shown(notice)["carrier"]["person"]
    assert set(leaves(person)) == {MASK}
    assert person.keys() == PERSON.keys()


def test_masked_document_is_a_copy(notice):
    notice["carrier"] = {"type_of_person": "1", "person": PERSON}
    before = json.dumps(notice)
    shown(notice)
    assert json.dumps(notice) == before


def test_masked_telephone_of_an_organisation_is_not_shown(notice):
    company = {"name": "Carrier", "communications": [{"number": "+994501234567", "type": "TE"}]}
    notice["carrier"] = {"type_of_person": "2", "organisation": company}
    seen = shown(notice)["carrier"]["organisation"]
    assert seen == {"name": "Carrier", "communications": [{"number": MASK, "type": MASK}]}


def test_masked_person_inside_an_amendment_is_not_shown(published):
    amendment = published("amendment-minimum")
    if amendment["document"]["type"] == "alert/1":
        amendment["document"]["contact"] = {"analyst": {"name": "Name Surname"}}
        assert shown(amendment)["document"]["contact"] == {"analyst": {"name": MASK}}
    else:
        amendment["document"]["transport"]["driver"] = {"name": "Name Surname"}
        assert shown(amendment)["document"]["transport"]["driver"] == {"name": MASK}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_masked_example_keeps_every_member_and_all_that_is_not_personal(path):
    value = json.loads(path.read_text(encoding="utf-8"))
    seen = shown(value)
    assert [type(leaf) for leaf in leaves(seen)] == [type(leaf) for leaf in leaves(value)]
    changed = [a for a, b in zip(leaves(value), leaves(seen), strict=True) if a != b]
    assert len(changed) == sum(leaf == MASK for leaf in leaves(seen))
