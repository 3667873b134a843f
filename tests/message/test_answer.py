import json

import pytest
from pydantic import ValidationError

from node.message.answer import Answered

NAMED = {"type": "alert", "authority": "UZ-CC", "reference": "UZ-ALR-MIN-000001", "version": 1}


def read(**changes):
    return Answered.model_validate_json(json.dumps({**NAMED, **changes}))


def test_answered_document_is_named_by_type_authority_reference_and_version():
    assert read().model_dump() == NAMED


@pytest.mark.parametrize(
    "change", [{"type": "rumour"}, {"version": 0}, {"authority": "uz"}, {"reference": "with space"}]
)
def test_answered_document_that_cannot_exist_is_refused(change):
    with pytest.raises(ValidationError):
        read(**change)


@pytest.mark.parametrize("name", NAMED)
def test_answered_document_is_named_in_full(name):
    with pytest.raises(ValidationError):
        Answered.model_validate_json(json.dumps({key: NAMED[key] for key in NAMED if key != name}))
