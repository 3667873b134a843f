import json
from pathlib import Path

import jsonschema
import pytest

from node.audit.event import Entry, Kind
from node.broker.national_message import Accepted, write_accepted, write_refused
from node.broker.national_schemas import (
    answer_messages,
    document_messages,
    event_message,
    payloads,
    submission_trait,
)
from node.errors import CallerError
from node.message.schema import published_schemas
from node.national.event import Subject, tell

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "schemas" / "examples").glob("*.json"))


def is_valid(name, value):
    return jsonschema.Draft202012Validator(payloads()[name]).is_valid(value)


def test_document_messages_name_each_published_schema():
    named = [message["payload"]["schema"]["$ref"] for message in document_messages().values()]

    assert named == [f"./{name}" for name in published_schemas()]


@pytest.mark.parametrize("name", published_schemas())
def test_published_schema_is_one_of_the_draft_that_is_named(name):
    schema = json.loads(published_schemas()[name])
    jsonschema.Draft7Validator.check_schema(schema)

    # In that draft whatever stands beside a `$ref` counts for nothing: let it be words only.
    beside = {word for word in beside_references(schema) if not word.startswith("x-")}
    assert beside <= {"title", "description", "examples"}


def beside_references(schema):
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield from schema.keys() - {"$ref"}
        for member in schema.values():
            yield from beside_references(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from beside_references(member)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_is_valid_in_the_draft_that_is_named(path):
    document = json.loads(path.read_text())
    name = document["type"].replace("/", ".v")
    schema = json.loads(published_schemas()[f"{name}.schema.json"])

    jsonschema.Draft7Validator(schema).validate(document)
    jsonschema.Draft202012Validator(schema).validate(document)


def test_answers_that_are_written_are_as_described():
    accepted = json.loads(write_accepted(Accepted("01a2", is_new=True)).body)
    refused = json.loads(write_refused(CallerError("x.y", "fact", pointer="/a")).body)

    assert is_valid("accepted", accepted)
    assert is_valid("refused", refused)
    assert not is_valid("accepted", refused)
    assert not is_valid("refused", accepted)


def test_event_that_is_told_is_as_described_and_no_answer():
    entry = Entry(
        b"{}", Kind.MESSAGE_READ, 1_786_000_000_000, "net/1", {"re": "a" * 32, "from": "UZ-CC"}
    )
    subject = Subject("UZ-CC", "a" * 32, "alert/1", "UZ-ALR-2026-000001", 1, "received")
    event = tell(7, entry, subject, own="AZ-SCC").value

    jsonschema.Draft202012Validator(payloads()["event"]).validate(event)
    assert not is_valid("accepted", event)
    assert not is_valid("event", {**event, "type": "sarbon.node.started"})


def test_properties_of_answers_are_those_that_are_written():
    for message in answer_messages().values():
        kind = message["bindings"]["amqp"]["messageType"]
        assert message["name"] == message["x-amqp-properties"]["type"]["const"] == kind
    assert {answer["name"] for answer in answer_messages().values()} == {
        write_accepted(Accepted("x", is_new=True)).type,
        write_refused(CallerError("x.y", "fact")).type,
    }


def test_submission_requires_the_properties_that_the_door_requires():
    properties = submission_trait()["x-amqp-properties"]
    required = {name for name, one in properties.items() if "Required" in one.get("description", "")}

    assert required == {"message_id", "user_id"}
    assert "message_id" in event_message()["x-amqp-properties"]
