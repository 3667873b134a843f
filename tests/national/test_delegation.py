"""What may be opened by whoever has `access:manage`: never what reads, never what lets others in."""

from dataclasses import replace

import pytest

from node.errors import CallerError
from node.national.delegation import (
    OWNERS,
    is_delegated,
    may_change,
    may_enable,
    may_issue,
    may_make,
)
from node.national.scopes import ROLES, Role, Scope
from node.national.system import EVERYTHING, System


def system(role=Role.PUBLISHER, **members):
    said = {"units": frozenset({"HQ"}), "types": frozenset({"alert"})}
    return System("terminal", "Terminal", role, **{**said, **members})


def refused(act, *args):
    with pytest.raises(CallerError) as caught:
        act(*args)
    return caught.value.code == "access.owner_only"


def test_delegated_is_the_publisher_alone():
    assert [role for role in Role if is_delegated(role)] == [Role.PUBLISHER]


def test_owners_scopes_are_beyond_what_an_operator_has_but_one():
    assert OWNERS & ROLES[Role.OPERATOR] == {Scope.ACCESS_MANAGE}


@pytest.mark.parametrize("role", Role)
def test_make_and_enable_of_each_role(role):
    one = system(role)
    if role is Role.PUBLISHER:
        may_make(one)
        may_enable(one)
    else:
        assert refused(may_make, one)
        assert refused(may_enable, one)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scope", Scope)
def test_issue_of_each_scope_to_each_role(role, scope):
    if scope not in ROLES[role]:
        with pytest.raises(CallerError) as caught:
            may_issue(system(role), [scope])
        assert caught.value.code == "scope.beyond_role"
    elif scope in OWNERS:
        assert refused(may_issue, system(role), [scope])
    else:
        may_issue(system(role), [scope])


def test_issue_without_scopes_means_all_of_the_role():
    may_issue(system(), [])
    assert refused(may_issue, system(Role.AUDITOR), [])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLISHER])
def test_change_into_a_role_that_reads_is_refused(role):
    assert refused(may_change, system(), system(role))
    may_change(system(role), system())


READER = Role.RECEIVER
WIDER = {
    "another unit": {"units": frozenset({"HQ", "PCU-ALYAT"})},
    "every unit": {"units": EVERYTHING},
    "another type": {"types": frozenset({"alert", "hit"})},
    "every type": {"types": EVERYTHING},
    "an office": {"offices": frozenset({"AZ001004"})},
}


@pytest.mark.parametrize("name", WIDER)
def test_change_that_widens_what_is_read_is_refused(name):
    before = system(READER)
    after = replace(before, **WIDER[name])
    assert refused(may_change, before, after)
    may_change(after, before)
    may_change(system(), replace(system(), **WIDER[name]))


def test_change_of_the_title_of_a_reader_passes():
    may_change(system(READER), replace(system(READER), title="Gate"))
