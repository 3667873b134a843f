"""The client's models say what the OpenAPI document says, member by member."""

import importlib
import json
import pkgutil
import types
from collections.abc import Mapping
from typing import Any, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

from node.client import models
from node.client.models.base import Model, Page, read_model
from node.web.app import openapi_document

OPENAPI = json.loads(openapi_document())
COMPONENTS = OPENAPI["components"]["schemas"]
ASKED = {  # what a client sends: the arguments of its methods, compared in test_surface
    "AssignRequest",
    "ConfirmRequest",
    "DismissRequest",
    "NewSystem",
    "NewToken",
    "NewWebhook",
    "ReadRequest",
    "Replay",
    "SystemChange",
    "WebhookChange",
}
ERRORS = {"Problem", "Fault"}  # errors.py reads these; test_errors
BYTES = {"Document", "EvidenceFile", "WatchItem"}  # taken and given as they are
NOT_BELOW_V1 = {"Health", "Readiness", "Version"}  # probes


def declared() -> dict[str, type[Model]]:
    """Give the models of all modules, without what they have in common."""
    found = {}
    for module in pkgutil.iter_modules(models.__path__):
        here = importlib.import_module(f"{models.__name__}.{module.name}")
        found |= {
            name: one
            for name, one in vars(here).items()
            if isinstance(one, type) and issubclass(one, Model) and one.__module__ == here.__name__
        }
    del found["Model"], found["Page"]
    return found


MODELS = declared()


def is_list(name):
    return name.startswith("Listed_")


def of_schema(schema: Mapping[str, Any]) -> Any:
    """Give a schema as the client knows it: codes are text, what may be null is a pair."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return "string" if "enum" in COMPONENTS[name] else name
    if "anyOf" in schema:
        return frozenset(of_schema(one) for one in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return "string"
    if schema["type"] == "array":
        return ("array", of_schema(schema["items"]))
    if schema["type"] == "object":
        values = schema.get("additionalProperties")
        return ("object", of_schema(values) if isinstance(values, dict) else "any")
    return schema["type"]


SIMPLE = {str: "string", int: "integer", bool: "boolean", float: "number", Any: "any"}


def of_annotation(kind: Any) -> Any:
    """Give a type in the same words."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        parts = get_args(kind)
        return frozenset("null" if one is type(None) else of_annotation(one) for one in parts)
    if origin is tuple:
        return ("array", of_annotation(get_args(kind)[0]))
    if origin is Mapping:
        return ("object", of_annotation(get_args(kind)[1]))
    return SIMPLE.get(kind) or kind.__name__


def test_models_are_the_components_of_the_document():
    answered = {
        name
        for name, component in COMPONENTS.items()
        if "enum" not in component
        and not is_list(name)
        and name not in ASKED | ERRORS | BYTES | NOT_BELOW_V1
    }
    assert MODELS.keys() == answered


@pytest.mark.parametrize("name", sorted(MODELS))
def test_model_has_the_members_of_its_component(name):
    component = COMPONENTS[name]
    expected = {member: of_schema(schema) for member, schema in component["properties"].items()}
    for member in expected.keys() - set(component.get("required", [])):  # left out: read as None
        found = expected[member]
        expected[member] = (
            found | {"null"} if isinstance(found, frozenset) else frozenset({found, "null"})
        )
    fields = MODELS[name].model_fields
    assert {member: of_annotation(field.annotation) for member, field in fields.items()} == expected


@pytest.mark.parametrize("name", sorted(MODELS))
def test_model_requires_what_its_component_requires(name):
    required = {member for member, field in MODELS[name].model_fields.items() if field.is_required()}
    assert required == set(COMPONENTS[name].get("required", []))


@pytest.mark.parametrize("name", sorted(MODELS))
def test_model_says_what_its_component_says(name):
    assert MODELS[name].__doc__ == COMPONENTS[name]["description"]


@pytest.mark.parametrize("name", sorted(filter(is_list, COMPONENTS)))
def test_page_has_the_members_of_every_list(name):
    assert COMPONENTS[name]["properties"].keys() == Page.model_fields.keys()


class Small(Model):
    name: str


def test_model_with_a_member_that_is_not_known_is_read():
    assert read_model(Small, b'{"name": "a", "newer": 1}').name == "a"


def test_model_keeps_its_etag():
    assert read_model(Small, b'{"name": "a"}', '"tag"').etag == '"tag"'
    assert Small(name="a").etag == ""


def test_model_of_another_form_is_refused_without_repeating_what_it_says():
    with pytest.raises(ValueError, match="name") as caught:
        read_model(Small, b'{"name": ["secret"]}')
    assert "secret" not in str(caught.value)


def test_model_does_not_change():
    with pytest.raises(ValueError, match="frozen"):
        Small(name="a").name = "b"
    assert issubclass(Small, BaseModel)
