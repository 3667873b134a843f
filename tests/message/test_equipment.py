import json

from node.message.document import read_document


def box(document):
    return read_document(json.dumps(document).encode()).document.equipment[0]


def test_box_is_an_iso_container_unless_said_otherwise(notice):
    assert box(notice).identification_scheme == "iso6346"


def test_box_keeps_its_number_as_it_was_written(notice):
    notice["equipment"][0]["identification"] = "CSQU 305438-3"
    assert box(notice).identification == "CSQU 305438-3"


def test_seal_keeps_small_letters(full_notice):
    assert [seal.number for seal in box(full_notice).seals] == ["AZ7324003", "kL-88120"]
