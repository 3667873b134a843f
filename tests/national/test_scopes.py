"""Scopes and roles, and the table of docs/access.md, which is compared cell by cell."""

import re
from pathlib import Path

import pytest

from node.errors import CallerError
from node.national.scopes import MEANINGS, ROLES, Role, Scope, read_role, read_scopes

PAGE = (Path(__file__).parents[2] / "docs" / "access.md").read_text()
CELLS = [(role, scope) for role in Role for scope in Scope]


def table(title):
    """Give the rows of the table under a heading, its head first."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|") and set(line) - set("|- :")]
    return [[cell.strip().strip("`") for cell in line.split("|")[1:-1]] for line in lines]


def shown(role, scope):
    head, *rows = table("Roles")
    (row,) = [row for row in rows if row[0] == scope]
    return row[head.index(role)]


@pytest.mark.parametrize(("role", "scope"), CELLS, ids=[f"{r}-{s}" for r, s in CELLS])
def test_role_has_a_scope_exactly_where_the_handbook_says_so(role, scope):
    assert shown(role, scope) == ("yes" if scope in ROLES[role] else "")


def test_handbook_has_no_other_role_and_no_other_scope():
    head, *rows = table("Roles")
    assert head[1:-1] == list(Role)
    assert [row[0] for row in rows] == list(Scope)


def test_handbook_explains_scopes_as_the_program_does():
    assert {row[0]: row[-1] for row in table("Roles")[1:]} == MEANINGS


def test_scope_is_subject_and_act():
    assert all(re.fullmatch("[a-z]+:[a-z]+", scope) for scope in Scope)


def test_every_scope_belongs_to_some_role():
    assert frozenset().union(*ROLES.values()) == frozenset(Scope)


@pytest.mark.parametrize("role", [Role.PUBLISHER, Role.OPERATOR])
def test_role_that_does_not_read_has_no_scope_for_content(role):
    assert Scope.DOCUMENTS_READ not in ROLES[role]


def test_role_that_manages_access_may_do_nothing_with_documents():
    assert not any(scope.startswith(("documents", "messages")) for scope in ROLES[Role.OPERATOR])


@pytest.mark.parametrize("role", Role)
def test_role_is_read_by_its_name(role):
    assert read_role(role.value) is role


@pytest.mark.parametrize("name", ["", "System", "admin", "system "])
def test_role_of_another_name_is_refused_and_the_roles_are_named(name):
    with pytest.raises(CallerError) as caught:
        read_role(name)
    assert caught.value.code == "role.unknown"
    assert all(role in caught.value.hint for role in Role)


@pytest.mark.parametrize("role", Role)
def test_scopes_not_named_are_all_of_the_role(role):
    assert read_scopes([], role) == ROLES[role]


def test_scopes_named_are_only_those():
    asked = ["events:read", "messages:read", "events:read"]
    assert read_scopes(asked, Role.SYSTEM) == {Scope.EVENTS_READ, Scope.MESSAGES_READ}


@pytest.mark.parametrize("name", ["", "documents:*", "DOCUMENTS:READ", "documents"])
def test_scopes_with_one_that_is_none_are_refused(name):
    with pytest.raises(CallerError) as caught:
        read_scopes(["events:read", name], Role.SYSTEM)
    assert caught.value.code == "scope.unknown"


@pytest.mark.parametrize(("role", "scope"), CELLS, ids=[f"{r}-{s}" for r, s in CELLS])
def test_scope_is_granted_only_within_the_role(role, scope):
    if scope in ROLES[role]:
        assert read_scopes([scope], role) == {scope}
    else:
        with pytest.raises(CallerError) as caught:
            read_scopes([scope], role)
        assert caught.value.code == "scope.beyond_role"
        assert scope in caught.value.message
