import functools
import json
from pathlib import Path

import jsonschema
import pytest

from node.message.document import DOCUMENT_TYPES, all_faults
from node.message.schema import CODE_LISTS, published_schemas
from node.reference.codes import OpenList

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = sorted((SCHEMAS / "examples").glob("*.json"))
BAD = [
    path
    for path in sorted((SCHEMAS / "bad").glob("*.json"))
    if json.loads(path.read_text(encoding="utf-8"))["expect"]["code"] == "document.invalid"
]


@functools.cache
def validator_for(document_type):
    name = f"{document_type.replace('/', '.v')}.schema.json"
    return jsonschema.Draft202012Validator(json.loads(published_schemas()[name]))


def nodes(schema):
    if isinstance(schema, dict):
        yield schema
        for member in schema.values():
            yield from nodes(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from nodes(member)


def test_published_files_equal_the_generated_ones():
    on_disk = {path.name: path.read_bytes() for path in SCHEMAS.glob("*.schema.json")}
    assert {name: on_disk.get(name) for name in published_schemas()} == published_schemas()


def test_published_schemas_are_the_same_each_time():
    assert published_schemas() == published_schemas()


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_published_schema_is_a_schema(document_type):
    validator = validator_for(document_type)
    validator.check_schema(validator.schema)
    assert validator.schema["$id"] == f"urn:sarbon:document:{document_type.replace('/', ':')}"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_example_satisfies_the_published_schema(path):
    document = json.loads(path.read_text(encoding="utf-8"))
    validator_for(document["type"]).validate(document)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_example_fails_the_schema_unless_a_rule_or_the_calendar_refuses_it(path):
    document = json.loads(path.read_text(encoding="utf-8"))["document"]
    codes = {fault.code for fault in all_faults(json.dumps(document).encode())}
    beyond_schema = all(code.startswith("rule.") or code == "value.invalid" for code in codes)
    assert validator_for(document["type"]).is_valid(document) is beyond_schema


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_published_schema_describes_every_member(document_type):
    for node in nodes(validator_for(document_type).schema):
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            for member in node["properties"].values():
                assert member["description"].endswith(".")


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_published_schema_has_wco_ids_as_text_and_no_null(document_type):
    for node in nodes(validator_for(document_type).schema):
        assert isinstance(node.get("x-wco-id", ""), str)
        assert node.get("type") != "null"
        assert node.get("default", "") is not None


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_published_schema_carries_each_list_it_names(document_type):
    schema = validator_for(document_type).schema
    lists = schema["x-code-lists"]
    named = {node["x-code-list"] for node in nodes(schema) if "x-code-list" in node}
    assert set(lists) == named
    for name, listed in lists.items():
        assert ("codes" in listed) is not isinstance(CODE_LISTS[name], OpenList)
