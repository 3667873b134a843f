import json

import pytest
from pydantic import ValidationError

from node.limits import MAX_ATTACHMENT_BYTES
from node.message.attachment import Attachment, Enclosure, descriptions, enclosures
from node.message.document import all_faults, read_document
from tests.world import alert

PHOTO = {
    "kind": "photo",
    "file_name": "seal.jpg",
    "media_type": "image/jpeg",
    "size_bytes": MAX_ATTACHMENT_BYTES,
    "sha256": "0" * 64,
}


def read(**changes):
    return Attachment.model_validate_json(json.dumps({**PHOTO, **changes}))


def test_attachment_is_described_without_its_bytes():
    assert read().model_dump(exclude_none=True) == PHOTO


@pytest.mark.parametrize(
    "change",
    [
        {"size_bytes": 0},
        {"size_bytes": 2**40 + 1},
        {"sha256": "0" * 63},
        {"sha256": "A" * 64},
        {"kind": "rumour"},
        {"media_type": "jpeg"},
        {"file_name": ""},
    ],
)
def test_attachment_that_cannot_be_is_refused(change):
    with pytest.raises(ValidationError):
        read(**change)


def document(*described):
    return read_document(alert(attachments=[{**PHOTO, **more} for more in described])).document


def test_enclosures_are_numbered_as_described_and_leave_out_what_is_elsewhere():
    files = enclosures(document({}, {"uri": "https://files.example/1"}, {"sha256": "1" * 64}))
    assert files == (
        Enclosure(1, "0" * 64, MAX_ATTACHMENT_BYTES, "/attachments/0"),
        Enclosure(3, "1" * 64, MAX_ATTACHMENT_BYTES, "/attachments/2"),
    )


def test_file_too_large_to_travel_is_a_fault_unless_it_is_fetched():
    large = {**PHOTO, "size_bytes": MAX_ATTACHMENT_BYTES + 1}
    raw = alert(attachments=[{**large, "uri": "https://files.example/1"}, PHOTO, large])
    assert [(fault.pointer, fault.code) for fault in all_faults(raw)] == [
        ("/attachments/2/size_bytes", "rule.attachment_size")
    ]


def test_enclosures_of_an_amendment_are_those_of_the_version_it_brings():
    class Bringing:
        document = document({})

    assert enclosures(Bringing()) == (
        Enclosure(1, "0" * 64, MAX_ATTACHMENT_BYTES, "/document/attachments/0"),
    )


def test_enclosures_of_a_document_that_has_none_are_none():
    assert enclosures(object()) == ()
    assert descriptions(document()) == ()
