"""The OpenAPI document: valid, models with names, one form of errors, and what it promised is kept.

How and when the frozen one is renewed stands in docs/developers.md.
"""

import copy
import json
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from node.national.scopes import Scope
from node.web.app import openapi_document
from node.web.problems import MEDIA_TYPE
from tests.web.promises import broken

PUBLISHED = json.loads((Path(__file__).parent / "published" / "openapi.json").read_text())
SCHEMAS = Path(__file__).parents[2] / "schemas"
TODAY = json.loads(openapi_document())
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, item in TODAY["paths"].items()
    for method, operation in item.items()
}


def parts(value, *above):
    """Give every object in the document with the steps to it."""
    if isinstance(value, dict):
        yield above, value
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, member in steps:
        if isinstance(member, dict | list):
            yield from parts(member, *above, step)


def test_document_is_valid_openapi_3_1():
    assert TODAY["openapi"].startswith("3.1.")
    assert list(OpenAPIV31SpecValidator(TODAY).iter_errors()) == []


def test_document_is_the_published_file():
    assert (SCHEMAS / "openapi.json").read_bytes() == openapi_document(), "make schemas"


def test_operations_have_ids_of_their_own_and_words():
    ids = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(ids) == len(set(ids))
    assert [name for name, operation in OPERATIONS.items() if not operation.get("description")] == []


def test_models_all_have_names():
    anonymous = [
        above
        for above, part in parts(TODAY)
        if "properties" in part and part.get("type") == "object"
        if not (len(above) == 3 and above[:2] == ("components", "schemas"))
    ]
    assert anonymous == []


def test_models_all_have_a_description():
    schemas = TODAY["components"]["schemas"].items()
    objects = {name for name, one in schemas if one.get("type") == "object"}
    assert {
        name for name in objects if not TODAY["components"]["schemas"][name].get("description")
    } == set()


def test_errors_have_one_form():
    for name, operation in OPERATIONS.items():
        answer = operation["responses"]["default"]
        assert answer["content"] == {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}, (
            name
        )
        refused = {status for status in operation["responses"] if status[0] in "45"}
        assert refused == ({"503"} if name == "GET /readyz" else set()), name


def test_operations_say_which_scopes_they_ask_for():
    asked = {
        scope
        for operation in OPERATIONS.values()
        for requirement in operation.get("security", ())
        for scope in requirement["HTTPBearer"]
    }
    assert asked == set(Scope)
    assert OPERATIONS["POST /api/v1/documents"]["security"] == [{"HTTPBearer": ["documents:send"]}]


def test_parameters_are_never_null():
    assert [
        (name, parameter["name"])
        for name, operation in OPERATIONS.items()
        for parameter in operation.get("parameters", ())
        if {"type": "null"} in parameter["schema"].get("anyOf", ())
    ] == []


# What was promised.


def test_published_document_is_kept():
    assert broken(PUBLISHED, TODAY) == []


def test_same_document_breaks_nothing():
    assert broken(TODAY, copy.deepcopy(TODAY)) == []


def changed(*steps, value=None):
    """Give today's document with one member set, or taken away."""
    document = copy.deepcopy(TODAY)
    holder = document
    for step in steps[:-1]:
        holder = holder[step]
    if value is None:
        del holder[steps[-1]]
    else:
        holder[steps[-1]] = value
    return document


INBOX = ("paths", "/api/v1/inbox", "get")
SUBMIT = ("paths", "/api/v1/documents", "post")
MODELS = ("components", "schemas")


@pytest.mark.parametrize(
    ("steps", "value"),
    [
        (("paths", "/api/v1/more"), {"get": {"operationId": "more", "responses": {}}}),
        ((*INBOX, "description"), "Said better."),
        ((*MODELS, "ReceivedItem", "properties", "more"), {"type": "string"}),
        ((*MODELS, "Priority", "enum"), ["urgent", "routine", "idle"]),
        ((*SUBMIT, "responses", "200"), {"description": "at once"}),
        ((*SUBMIT, "requestBody", "content", "application/cbor"), {"schema": {}}),
    ],
)
def test_addition_or_better_words_break_nothing(steps, value):
    assert broken(TODAY, changed(*steps, value=value)) == []


@pytest.mark.parametrize(
    ("steps", "value", "where"),
    [
        (("paths", "/api/v1/inbox"), None, "GET /api/v1/inbox"),
        (INBOX, None, "GET /api/v1/inbox"),
        ((*INBOX, "operationId"), "inbox", "GET /api/v1/inbox: operationId"),
        ((*INBOX, "security"), [{"HTTPBearer": ["log:read"]}], "GET /api/v1/inbox: scopes"),
        ((*INBOX, "parameters", 0), None, "GET /api/v1/inbox: type"),
        ((*INBOX, "parameters", 0, "required"), True, "GET /api/v1/inbox: type"),
        ((*INBOX, "parameters", 0, "schema", "type"), "integer", "GET /api/v1/inbox: type"),
        ((*SUBMIT, "responses", "202"), None, "POST /api/v1/documents: 202"),
        (
            (*SUBMIT, "requestBody", "content", "application/json"),
            None,
            "POST /api/v1/documents: body application/json",
        ),
        ((*MODELS, "Accepted"), None, "Accepted"),
        ((*MODELS, "Accepted", "properties", "id"), None, "Accepted.id"),
        ((*MODELS, "Accepted", "properties", "id", "type"), "integer", "Accepted.id"),
        ((*MODELS, "Accepted", "required"), ["new"], "Accepted.id"),
        ((*MODELS, "NewToken", "required"), ["days"], "NewToken.days"),
        ((*MODELS, "Priority", "enum"), ["urgent"], "Priority=routine"),
    ],
)
def test_what_is_taken_away_is_a_break(steps, value, where):
    assert where in broken(TODAY, changed(*steps, value=value))
