import json

import pytest
from pydantic import ValidationError

from node.limits import MAX_ATTACHMENT_BYTES
from node.message.attachment import Attachment

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
        {"size_bytes": MAX_ATTACHMENT_BYTES + 1},
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
