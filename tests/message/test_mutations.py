"""The published schema and the program refuse the same documents.

Valid documents with one or two changes, some hundreds of each type here, ten thousand with
`make properties`. The differences allowed are those that docs/documents.md lists.
"""

import json
import os
import re

import jsonschema_rs
import pytest

from node.errors import PeerError, Refusal
from node.limits import MAX_DOCUMENT_BYTES
from node.message.document import DOCUMENT_TYPES, all_faults, read_document
from tests.message.garden import described, document, schema_of
from tests.message.mutations import beyond, mutated, places
from tests.message.spelling import luck

EACH = int(os.environ.get("DOCUMENTS_EACH", "200"))
OF_ONE = 10
"""Changed documents made of one valid one."""

WELL_FORMED = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z")
SCHEMAS = {name: jsonschema_rs.Draft202012Validator(schema_of(name)) for name in DOCUMENT_TYPES}


def mutants(document_type, count):
    """Give changed documents, each with the seed that makes it again."""
    for number in range(-(-count // OF_ONE)):
        value = document(document_type, f"mutated {number}")
        other = document(document_type, f"pool {number}")
        pool = [(step, holder[step]) for holder, step in (*places(value), *places(other))]
        for change in range(OF_ONE):
            seed = f"{number} {change}"
            yield seed, mutated(value, luck(f"{document_type} {seed}"), pool)


def at(value, pointer):
    for step in pointer.split("/")[1:]:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def faults_of(raw):
    """Give the faults of a document; None when it is refused before its members are looked at."""
    try:
        return all_faults(raw)
    except PeerError:
        return None


def refusal_of(raw):
    """Give code and pointer of a refusal; of what is read without one, ask for its doubts too."""
    try:
        reading = read_document(raw)
    except PeerError as refused:
        return refused.refusal, refused.pointer
    assert isinstance(reading.doubts, tuple)
    return None


def schema_for(value):
    named = value.get("type")
    return SCHEMAS.get(named) if isinstance(named, str) else None


def is_impossible_time(value, fault):
    if fault.code != "value.invalid":
        return False
    return WELL_FORMED.match(at(value, fault.pointer)) is not None


def is_whole_number_with_a_point(value, fault):
    if fault.code != "value.type":
        return False
    found = at(value, fault.pointer)
    return isinstance(found, float) and found.is_integer()


def is_listed_difference(value, faults):
    """Say whether every fault is one that the handbook says a schema cannot see."""
    return all(
        is_impossible_time(value, each) or is_whole_number_with_a_point(value, each) for each in faults
    )


def compare(value, seed):
    """Hold the judgements of schema and program together; give what each of them says."""
    raw = json.dumps(value).encode()
    faults, refusal = faults_of(raw), refusal_of(raw)
    is_valid = schema_for(value) is not None and schema_for(value).is_valid(value)
    if faults is None:
        assert refusal[0] is Refusal.DOCUMENT_MALFORMED, seed
        assert not is_valid or len(raw) > MAX_DOCUMENT_BYTES, seed
        return is_valid, True
    assert refusal == ((Refusal.DOCUMENT_INVALID, faults[0].pointer) if faults else None), seed
    shape = [fault for fault in faults if not fault.code.startswith("rule.")]
    if is_valid:
        assert is_listed_difference(value, shape), (seed, faults)
    else:
        assert shape, (seed, faults)
        invalid = [fault for fault in shape if fault.code == "value.invalid"]
        assert all(is_impossible_time(value, fault) for fault in invalid), (seed, faults)
    return is_valid, bool(faults)


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_schema_and_program_refuse_the_same(document_type):
    kinds = {compare(value, seed) for seed, value in mutants(document_type, EACH)}
    assert kinds == {(True, False), (True, True), (False, True)}


def at_bounds(done):
    """Give documents in which one member stands at a bound, beyond it, or not at all.

    Args:
        done: (part, member): what was given, and is not given again.
    """
    for document_type in DOCUMENT_TYPES:
        schema = schema_of(document_type)
        grown = [document(document_type, f"bounds {number}") for number in range(40)]
        for value in sorted(grown, key=lambda each: len(repr(each))):  # the small ones cost least
            for part, holder in list(described(value, schema, schema["$defs"])):
                for name in [each for each in holder if holder[each] != []]:
                    if (part["title"], name) not in done:
                        done.add((part["title"], name))
                        place = f"{document_type} {part['title']}.{name}"
                        yield from ((place, each) for each in varied(value, holder, name, part))


def varied(value, holder, name, part):
    """Give a document without one member, then with each value at its bounds; and leave it as it was."""
    kept = holder.pop(name)
    yield value
    for other in beyond(part["properties"][name], kept):
        holder[name] = other
        yield value
    holder[name] = kept


def test_schema_and_program_agree_at_every_bound_of_every_member():
    done = set()
    for place, value in at_bounds(done):
        compare(value, place)
    schemas = [schema_of(name) for name in DOCUMENT_TYPES]
    assert done == {
        (part["title"], name)
        for schema in schemas
        for part in (schema, *schema["$defs"].values())
        for name in part["properties"]
    }


UNSEEN = {
    "a name that occurs twice": lambda text: text.replace("{", '{"version": 1, ', 1),
    "a byte order mark": lambda text: "\ufeff" + text,
    "more than 256 KiB": lambda text: text + " " * 262_144,
}
"""What is gone before a schema sees a document: layouts that strict reading refuses."""


@pytest.mark.parametrize("layout", UNSEEN)
def test_layout_that_no_schema_sees_is_malformed(layout):
    raw = UNSEEN[layout](json.dumps(document("hit/1", "layout"))).encode()
    assert SCHEMAS["hit/1"].is_valid(json.loads(raw))
    assert refusal_of(raw) == (Refusal.DOCUMENT_MALFORMED, "")


@pytest.mark.parametrize("spelling", ["1.0", "1e0", "10e-1"])
def test_whole_number_with_a_point_is_one_to_the_schema_and_a_fault_to_the_program(spelling):
    raw = json.dumps({**document("hit/1", "number"), "version": 1, "function": "9"}).encode()
    changed = raw.replace(b'"version": 1,', f'"version": {spelling},'.encode(), 1)
    assert SCHEMAS["hit/1"].is_valid(json.loads(changed))
    assert refusal_of(changed) == (Refusal.DOCUMENT_INVALID, "/version")
    assert refusal_of(raw) is None


def test_times_no_calendar_has_are_the_only_values_called_invalid():
    value = {**document("hit/1", "time"), "valid_until": "9999-02-30T24:00:00Z"}
    assert SCHEMAS["hit/1"].is_valid(value)
    assert [(each.pointer, each.code) for each in all_faults(json.dumps(value).encode())] == [
        ("/valid_until", "value.invalid")
    ]
