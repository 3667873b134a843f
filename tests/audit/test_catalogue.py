"""The catalogue: closed, complete, and without room for content."""

import pytest

from node.audit import forms
from node.audit.catalogue import CATALOGUE, Kind

_CLOSED = ("is_authority", "is_count", "is_hash", "is_id", "is_ordinal")


def test_catalogue_has_every_kind():
    assert set(CATALOGUE) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_kind_is_subject_and_past_participle(kind):
    subject, _, happened = kind.value.partition(".")
    assert subject.isalpha()
    assert happened.isalpha()


@pytest.mark.parametrize("kind", Kind)
def test_kind_members_are_required_or_optional_not_both(kind):
    required, optional = CATALOGUE[kind]
    assert not required.keys() & optional.keys()
    assert not {"v", "kind", "at", "log"} & {*required, *optional}


@pytest.mark.parametrize("name", _CLOSED)
def test_forms_of_identifiers_refuse_free_text(name):
    assert not getattr(forms, name)("a container of heroin")
