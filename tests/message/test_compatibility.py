"""Published types stay what they are: today's schemas against the frozen ones in `published/`.

How and when the frozen ones are renewed stands in docs/developers.md.
"""

import copy
import json
from pathlib import Path

import pytest

from node.message.schema import published_schemas
from tests.message.compatibility import Break, breaks

PUBLISHED = sorted((Path(__file__).parent / "published").glob("*.schema.json"))
TODAY = {name: json.loads(raw) for name, raw in published_schemas().items()}

JUSTIFIED = {
    "Related.type": "The list of document names took the place of a list of two. No code was lost, "
    "and whoever knows two names only was never sent another: only the walking skeleton is out.",
    "SuspiciousMember.pointer": "A pointer leads to a member, and ours have names of small letters. "
    "Control and direction characters in it could only deceive whoever reads it on a screen.",
}
"""Breaks since the walking skeleton, each with its reason. Emptied with the next release."""

NOTICE = {
    "title": "Notice",
    "type": "object",
    "additionalProperties": False,
    "required": ["type", "mode"],
    "properties": {
        "type": {"const": "notice/1", "type": "string"},
        "mode": {"enum": ["1", "2"], "type": "string", "x-code-list": "mode"},
        "mass": {"type": "string", "pattern": "^[0-9]+$", "description": "Mass.", "x-wco-id": "131"},
        "count": {"type": "integer", "minimum": 0, "maximum": 9},
        "boxes": {"type": "array", "maxItems": 9, "default": [], "items": {"$ref": "#/$defs/Box"}},
        "inner": {"oneOf": [{"$ref": "#/$defs/Box"}, {"$ref": "#/$defs/Bag"}]},
        "free": {"type": "string"},
    },
    "$defs": {
        "Box": {"type": "object", "properties": {"seal": {"type": "string"}}, "required": ["seal"]},
        "Bag": {"type": "object", "properties": {"seal": {"type": "string"}}},
    },
    "x-code-lists": {
        "mode": {"version": "2026-1", "source": "ours", "codes": {"1": "Sea.", "2": "Rail."}},
        "place": {"version": "1", "source": "theirs", "open": True},
    },
}


def changed(path, value):
    """Give the notice with one word set, or taken away."""
    schema = copy.deepcopy(NOTICE)
    *above, last = path.split("/")
    holder = schema
    for step in above:
        holder = holder[int(step) if isinstance(holder, list) else step]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return schema


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_published_type_is_kept(path):
    published = json.loads(path.read_text(encoding="utf-8"))
    found = breaks(published, TODAY[path.name])
    assert [each for each in found if each.where not in JUSTIFIED] == []


def test_justified_breaks_still_break():
    found = {
        each.where
        for path in PUBLISHED
        for each in breaks(json.loads(path.read_text(encoding="utf-8")), TODAY[path.name])
    }
    assert found == JUSTIFIED.keys()


def test_same_schema_breaks_nothing():
    assert breaks(NOTICE, copy.deepcopy(NOTICE)) == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("properties/note", {"type": "string"}),
        ("$defs/Box/properties/size", {"type": "string"}),
        ("description", "Said better."),
        ("properties/mass/description", "Mass in kilograms."),
        ("properties/mass/examples", ["1"]),
        ("x-code-lists/mode/codes/1", "Sea, ferries included."),
        ("x-code-lists/place/version", "2"),
        ("x-code-lists/more", {"version": "1", "source": "ours", "codes": {"9": "New."}}),
    ],
)
def test_addition_or_better_words_break_nothing(path, value):
    assert breaks(NOTICE, changed(path, value)) == ()


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("properties/mass", None, "Notice.mass"),
        ("required", ["type", "mode", "mass"], "Notice.mass"),
        ("required", ["type"], "Notice.mode"),
        ("$defs/Box/required", [], "Box.seal"),
        ("$defs/Box/properties/seal/type", "integer", "Box.seal"),
        ("properties/type/const", "notice/2", "Notice.type"),
        ("properties/mass/pattern", "^[0-9]{1,9}$", "Notice.mass"),
        ("properties/mass/pattern", None, "Notice.mass"),
        ("properties/mass/x-wco-id", "126", "Notice.mass"),
        ("properties/count/maximum", 8, "Notice.count"),
        ("properties/count/maximum", 10, "Notice.count"),
        ("properties/count/exclusiveMinimum", -1, "Notice.count"),
        ("properties/boxes/maxItems", 8, "Notice.boxes"),
        ("properties/boxes/default", [{}], "Notice.boxes"),
        ("properties/boxes/items", {"type": "string"}, "Notice.boxes"),
        ("properties/inner/oneOf", [{"$ref": "#/$defs/Box"}], "Notice.inner"),
        ("additionalProperties", True, "Notice"),
        ("properties/mode/enum", ["1"], "Notice.mode"),
        ("properties/mode/enum", ["1", "2", "3"], "Notice.mode"),
        ("properties/mode/x-code-list", "place", "Notice.mode"),
        ("properties/free/enum", ["a", "b"], "Notice.free"),
        ("x-code-lists/mode/codes", {"1": "Sea."}, "mode"),
        ("x-code-lists/mode/codes/3", "Road.", "mode"),
        ("x-code-lists/place/open", None, "place"),
    ],
)
def test_anything_else_is_a_break(path, value, where):
    assert where in {each.where for each in breaks(NOTICE, changed(path, value))}


def test_new_code_in_a_list_of_a_new_version_breaks_nothing():
    schema = changed("properties/mode/enum", ["1", "2", "3"])
    schema["x-code-lists"]["mode"] |= {"version": "2026-2", "codes": {"1": "", "2": "", "3": ""}}
    assert breaks(NOTICE, schema) == ()


def test_lost_code_is_a_break_in_every_version():
    schema = changed("properties/mode/enum", ["1", "3"])
    schema["x-code-lists"]["mode"] |= {"version": "2026-2", "codes": {"1": "", "3": ""}}
    assert {each.where for each in breaks(NOTICE, schema)} == {"Notice.mode", "mode"}


def test_member_that_names_an_open_list_breaks_nothing():
    schema = changed("properties/free/x-code-list", "place")
    schema["properties"]["free"]["x-code-list-open"] = True
    assert breaks(NOTICE, schema) == ()


def test_part_of_another_name_with_the_same_members_breaks_nothing():
    schema = changed("properties/boxes/items", {"$ref": "#/$defs/Crate"})
    schema["$defs"]["Crate"] = schema["$defs"]["Box"]
    assert breaks(NOTICE, schema) == ()


def test_alternative_that_differs_is_named_by_its_part():
    schema = changed("$defs/Bag/properties/seal/type", "integer")
    assert breaks(NOTICE, schema) == (Break("Bag.seal", "type was string, is integer"),)
