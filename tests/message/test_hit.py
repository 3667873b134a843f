import json

import pytest

from node.message.document import all_faults, read_document
from node.message.hit import Hit, Match


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize("member", ["answers", "found_at", "matches", "handling", "test"])
def test_hit_without_its_essentials_is_refused(published, member):
    hit = published("hit-minimum")
    del hit[member]
    assert faults(hit) == [(f"/{member}", "member.missing")]


def test_hit_without_a_match_is_refused(published):
    assert faults({**published("hit-minimum"), "matches": []}) == [("/matches", "list.length")]


def test_hit_names_what_matched_where(published):
    hit = read_document(json.dumps(published("hit-full")).encode()).document
    assert isinstance(hit, Hit)
    assert [match.key for match in hit.matches] == ["container", "wagon", "party"]
    assert hit.matches[0].notice.reference == "AZ-PAN-FULL-000001"


def test_match_has_no_member_for_a_value_or_a_text():
    assert set(Match.model_fields) == {"key", "exactness", "found_in", "notice", "reference"}


@pytest.mark.parametrize("change", [{"key": "colour"}, {"exactness": "very"}, {"found_in": "rumour"}])
def test_match_of_an_unknown_code_is_refused(published, change):
    hit = published("hit-minimum")
    hit["matches"][0] |= change
    assert faults(hit) == [(f"/matches/0/{next(iter(change))}", "value.code")]
