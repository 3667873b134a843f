import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from node.errors import CallerError
from node.message.fields import UnitId
from node.national.scopes import ROLES, Role, Scope
from node.national.system import (
    EVERYTHING,
    MAX_NAMES,
    Principal,
    check_active,
    make_system,
    names_as_json,
    names_from_json,
    principal_of,
)
from node.reference.codes import DOCUMENT_NAMES

GOOD = {
    "title": "Risk engine of Alyat",
    "role": "system",
    "units": ["PCU-ALYAT", "HQ"],
    "types": ["alert", "pre-arrival-notice"],
    "offices": ["AZ001004"],
}


def made(id_="risk-engine", **changes):
    return make_system(id_, **{**GOOD, **changes})


def test_system_is_made_of_what_an_operator_wrote():
    one = made()
    assert (one.id, one.title, one.role) == ("risk-engine", GOOD["title"], Role.SYSTEM)
    assert (one.units, one.types) == ({"PCU-ALYAT", "HQ"}, {"alert", "pre-arrival-notice"})
    assert (one.offices, one.is_active) == ({"AZ001004"}, True)


@pytest.mark.parametrize("member", ["units", "types"])
def test_system_with_a_star_alone_has_everything(member):
    assert getattr(made(**{member: ["*"]}), member) is EVERYTHING


@pytest.mark.parametrize("member", ["units", "types", "offices"])
def test_system_with_no_names_has_none(member):
    assert getattr(made(**{member: []}), member) == frozenset()


@pytest.mark.parametrize("name", DOCUMENT_NAMES.codes)
def test_system_may_deal_with_every_document(name):
    assert made(types=[name]).types == {name}


BAD = {
    "id of one letter": ({"id_": "a"}, "/id"),
    "id with a capital": ({"id_": "Risk"}, "/id"),
    "id that begins with a digit": ({"id_": "1risk"}, "/id"),
    "id with a dot": ({"id_": "risk.engine"}, "/id"),
    "id with an end of line": ({"id_": "risk\n"}, "/id"),
    "id that stands for the owner": ({"id_": "owner"}, "/id"),
    "id of 33 characters": ({"id_": "a" * 33}, "/id"),
    "no title": ({"title": ""}, "/title"),
    "title of two lines": ({"title": "a\nb"}, "/title"),
    "title of 129 characters": ({"title": "a" * 129}, "/title"),
    "unit in lower case": ({"units": ["pcu-alyat"]}, "/units"),
    "unit beside a star": ({"units": ["*", "HQ"]}, "/units"),
    "unit of 36 characters": ({"units": ["A" * 36]}, "/units"),
    "too many units": ({"units": [f"U{n}" for n in range(MAX_NAMES + 1)]}, "/units"),
    "type with its edition": ({"types": ["alert/1"]}, "/types"),
    "type beside a star": ({"types": ["*", "alert"]}, "/types"),
    "office too short": ({"offices": ["AZ00100"]}, "/offices"),
    "star for offices": ({"offices": ["*"]}, "/offices"),
}


@pytest.mark.parametrize(("changes", "pointer"), BAD.values(), ids=BAD)
def test_system_malformed_is_refused_at_the_member(changes, pointer):
    with pytest.raises(CallerError) as caught:
        made(**changes)
    assert (caught.value.code, caught.value.pointer) == ("system.malformed", pointer)


def test_system_of_another_role_is_refused():
    with pytest.raises(CallerError) as caught:
        made(role="admin")
    assert caught.value.code == "role.unknown"


@given(st.text("AZ09-_a\n", max_size=37))
def test_unit_has_the_form_that_documents_have(unit):
    try:
        TypeAdapter(UnitId).validate_python(unit)
        is_unit = True
    except ValidationError:
        is_unit = False
    try:
        made(units=[unit])
    except CallerError:
        assert not is_unit
    else:
        assert is_unit


def test_system_as_json_is_sorted_and_says_everything_as_a_star():
    value = made(units=["*"]).value
    assert value["units"] == "*"
    assert value["types"] == ["alert", "pre-arrival-notice"]
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another"},
        {"role": "receiver"},
        {"units": ["*"]},
        {"types": ["alert"]},
        {"offices": []},
        {"is_active": False},
    ],
    ids=str,
)
def test_system_digest_changes_with_every_member(changes):
    assert made(**changes).digest != made().digest


def test_system_digest_does_not_depend_on_the_order_of_names():
    assert made(units=["HQ", "PCU-ALYAT"]).digest == made().digest


@given(st.just(EVERYTHING) | st.frozensets(st.text("ABC-", min_size=1)))
def test_names_come_back_from_json(names):
    assert names_from_json(json.loads(json.dumps(names_as_json(names)))) == names


@pytest.mark.parametrize("role", Role)
def test_principal_without_a_token_has_all_scopes_of_its_role(role):
    one = made(role=role)
    assert principal_of(one) == Principal(one, None, ROLES[role])


def test_principal_of_a_disabled_system_is_refused():
    with pytest.raises(CallerError) as caught:
        principal_of(made(is_active=False))
    assert caught.value.code == "system.disabled"


def test_check_active_of_an_active_system_passes():
    check_active(made())


@pytest.mark.parametrize("held", Scope)
@pytest.mark.parametrize("asked", Scope)
def test_principal_requires_exactly_the_scope_it_holds(held, asked):
    principal = Principal(made(), "a", frozenset({held}))
    if held is asked:
        principal.require(asked)
    else:
        with pytest.raises(CallerError) as caught:
            principal.require(asked)
        assert caught.value.code == "access.scope"
        assert asked in caught.value.message
