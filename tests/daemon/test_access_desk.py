"""Acts on systems and tokens: each once, each in the log, no secret anywhere but in the answer."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from node.audit.event import Kind, reread_entry
from node.canonical import b64u
from node.daemon.access_desk import DEFAULT_DAYS, AccessDesk, act_alone, told
from node.errors import CallerError
from node.national.scopes import ROLES, Role, Scope
from node.national.system import EVERYTHING, OWNER, make_system
from node.national.token import admit, read_token
from node.store.accounts import Accounts
from node.store.record import Records
from tests.daemon.pair import sides
from tests.world import DAY

ACCESS = {Kind.SYSTEM_CHANGED, Kind.TOKEN_ISSUED, Kind.TOKEN_REVOKED}


class Office:
    """A desk on a real node, and what it left behind."""

    def __init__(self, node):
        self.node = node
        self.desk = AccessDesk(node)
        self.accounts = Accounts(node.database)

    @property
    def entries(self):
        """The log's entries about access."""
        raws = (raw for _, raw in Records(self.node.database).entries())
        return [entry for entry in map(reread_entry, raws) if entry.kind in ACCESS]

    @property
    def kinds(self):
        return [entry.kind for entry in self.entries]

    def admit(self, text):
        shown = read_token(text)
        return admit(shown, self.accounts.token(shown.id), now=self.node.clock())


@asynccontextmanager
async def opened(stage):
    async with sides(stage, "AZ-SCC") as (side,):
        yield Office(side.node)


@asynccontextmanager
async def with_engine(stage):
    async with opened(stage) as office:
        await office.desk.add(engine(), by=OWNER)
        yield office


def engine(**changes):
    members = {
        "title": "Risk engine",
        "role": "system",
        "units": ["PCU-ALYAT"],
        "types": ["alert"],
        **changes,
    }
    return make_system("risk-engine", **members)


async def code_of(awaitable):
    with pytest.raises(CallerError) as caught:
        await awaitable
    return caught.value.code


async def test_system_added_is_there_and_its_digest_is_in_the_log(stage):
    async with with_engine(stage) as office:
        assert office.accounts.system("risk-engine") == engine()
        (entry,) = office.entries
        assert entry.members == {"system": "risk-engine", "digest": engine().digest, "by": OWNER}


async def test_system_added_twice_is_refused_and_stays_as_it_was(stage):
    async with with_engine(stage) as office:
        again = engine(title="Another")
        assert await code_of(office.desk.add(again, by=OWNER)) == "system.exists"
        assert office.accounts.system("risk-engine") == engine()
        assert len(office.entries) == 1


async def test_two_who_add_the_same_system_at_once_are_one_addition(stage):
    async with opened(stage) as office:
        both = [office.desk.add(engine(title=title), by=OWNER) for title in ("First", "Second")]
        first, second = await asyncio.gather(*both, return_exceptions=True)
        assert first is None
        assert second.code == "system.exists"
        assert office.kinds == [Kind.SYSTEM_CHANGED]


async def test_system_changed_keeps_what_was_not_named(stage):
    async with with_engine(stage) as office:
        changed = await office.desk.change("risk-engine", {"units": ["*"]}, by="console")
        assert changed == office.accounts.system("risk-engine") == engine(units=["*"])
        assert changed.units is EVERYTHING
        again = await office.desk.change("risk-engine", {"role": "receiver"}, by="console")
        assert again == engine(units=["*"], role="receiver")
        assert [entry.members["by"] for entry in office.entries] == [OWNER, "console", "console"]


async def test_system_changed_to_what_it_is_is_no_event(stage):
    async with with_engine(stage) as office:
        await office.desk.change("risk-engine", {"title": "Risk engine"}, by=OWNER)
        assert len(office.entries) == 1


async def test_system_changed_while_disabled_stays_disabled(stage):
    async with with_engine(stage) as office:
        await office.desk.set_active("risk-engine", is_active=False, by=OWNER)
        assert (await office.desk.change("risk-engine", {"title": "T"}, by=OWNER)).is_active is False


async def test_system_changed_to_something_malformed_stays_as_it_was(stage):
    async with with_engine(stage) as office:
        code = await code_of(office.desk.change("risk-engine", {"units": ["low"]}, by=OWNER))
        assert code == "system.malformed"
        assert office.accounts.system("risk-engine") == engine()


async def test_disabling_and_enabling_are_recorded_once_each(stage):
    async with with_engine(stage) as office:
        acts = [False, False, True, True]
        new = [await office.desk.set_active("risk-engine", is_active=act, by=OWNER) for act in acts]
        assert new == [True, False, True, False]
        assert office.kinds == [Kind.SYSTEM_CHANGED] * 3


async def test_token_lets_its_system_in_with_all_scopes_of_the_role(stage):
    async with with_engine(stage) as office:
        issued = await office.desk.issue("risk-engine", by=OWNER)
        principal = office.admit(issued.text)
        assert (principal.system, principal.scopes) == (engine(), ROLES[Role.SYSTEM])
        assert issued.token.expires_at == issued.token.made_at + DEFAULT_DAYS * DAY


async def test_token_issued_is_in_the_log_by_id_only(stage):
    async with with_engine(stage) as office:
        issued = await office.desk.issue("risk-engine", scopes=["events:read"], days=1, by=OWNER)
        entry = office.entries[-1]
        assert entry.members == {
            "token": issued.token.id,
            "system": "risk-engine",
            "expires": issued.token.expires_at,
            "by": OWNER,
        }
        secret = read_token(issued.text).secret.encode()
        data = office.node.settings.data
        held = b"".join(path.read_bytes() for path in data.rglob("node.db*"))
        assert issued.token.id.encode() in held
        assert secret not in held
        assert b64u(issued.token.digest).encode() not in entry.raw


async def test_tokens_of_one_system_are_different_and_live_side_by_side(stage):
    async with with_engine(stage) as office:
        first, second = [await office.desk.issue("risk-engine", by=OWNER) for _ in range(2)]
        await office.desk.revoke(first.token.id, by=OWNER)
        assert first.text != second.text
        assert office.admit(second.text).token_id == second.token.id


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"system_id": "absent"}, "system.unknown"),
        ({"system_id": "risk-engine", "scopes": ["log:read"]}, "scope.beyond_role"),
        ({"system_id": "risk-engine", "scopes": ["all"]}, "scope.unknown"),
        ({"system_id": "risk-engine", "days": 367}, "token.lifetime"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_token_that_may_not_be_is_refused_and_not_recorded(stage, asked, code):
    async with with_engine(stage) as office:
        assert await code_of(office.desk.issue(**asked, by=OWNER)) == code
        assert office.accounts.tokens() == []
        assert office.kinds == [Kind.SYSTEM_CHANGED]


async def test_token_for_a_disabled_system_is_refused(stage):
    async with with_engine(stage) as office:
        await office.desk.set_active("risk-engine", is_active=False, by=OWNER)
        assert await code_of(office.desk.issue("risk-engine", by=OWNER)) == "system.disabled"


async def test_token_of_a_system_disabled_later_is_refused_until_it_is_enabled(stage):
    async with with_engine(stage) as office:
        issued = await office.desk.issue("risk-engine", by=OWNER)
        await office.desk.set_active("risk-engine", is_active=False, by=OWNER)
        with pytest.raises(CallerError) as caught:
            office.admit(issued.text)
        assert caught.value.code == "system.disabled"
        await office.desk.set_active("risk-engine", is_active=True, by=OWNER)
        assert office.admit(issued.text).system == engine()


async def test_token_revoked_is_refused_and_recorded_once(stage):
    async with with_engine(stage) as office:
        issued = await office.desk.issue("risk-engine", by=OWNER)
        assert await office.desk.revoke(issued.token.id, by="console") is True
        assert await office.desk.revoke(issued.token.id, by="console") is False
        with pytest.raises(CallerError) as caught:
            office.admit(issued.text)
        assert caught.value.code == "token.revoked"
        assert office.kinds[-2:] == [Kind.TOKEN_ISSUED, Kind.TOKEN_REVOKED]
        assert office.entries[-1].members["by"] == "console"


async def test_token_that_is_not_there_cannot_be_revoked(stage):
    async with with_engine(stage) as office:
        assert await code_of(office.desk.revoke("0" * 12, by=OWNER)) == "token.absent"


# The local socket.

ADD = {
    "act": "add",
    "id": "risk-engine",
    "system": {"title": "T", "role": "system", "units": ["*"], "types": ["alert"]},
}


async def test_requests_of_the_owner_do_every_act(stage):
    async with opened(stage) as office:
        act = office.desk.act
        added = await act({"do": "access", **ADD})
        assert added == {"system": {**engine(title="T", units=["*"]).value}}
        changed = await act({"act": "change", "id": "risk-engine", "changes": {"types": ["*"]}})
        assert changed["system"]["types"] == "*"
        assert await act({"act": "disable", "id": "risk-engine"}) == {"new": True}
        assert await act({"act": "enable", "id": "risk-engine"}) == {"new": True}
        issue = {"act": "issue", "id": "risk-engine", "scopes": ["events:read"], "days": 2}
        issued = await act(issue)
        assert issued["scopes"] == ["events:read"]
        assert office.admit(issued["text"]).scopes == {Scope.EVENTS_READ}
        (token,) = office.accounts.tokens()
        assert issued == {"text": issued["text"], **told(token)}
        assert await act({"act": "revoke", "id": token.id}) == {"new": True}
        assert {entry.members["by"] for entry in office.entries} == {OWNER}


def adding(**changes):
    return {**ADD, "system": {**ADD["system"], **changes}}


def without(name):
    return {**ADD, "system": {key: one for key, one in ADD["system"].items() if key != name}}


BAD = {
    "no act": ({}, "request.unknown"),
    "another act": ({"act": "remove", "id": "risk-engine"}, "request.unknown"),
    "add without system": ({"act": "add", "id": "risk-engine"}, "request.unknown"),
    "add without units": (without("units"), "request.malformed"),
    "add without title": (without("title"), "request.malformed"),
    "add with an unknown member": (adding(colour="red"), "request.malformed"),
    "add with a member of the desk's": (adding(is_active=False), "request.malformed"),
    "add with a number for a title": (adding(title=5), "request.malformed"),
    "add with a text for units": (adding(units="*"), "request.malformed"),
    "add with a number among types": (adding(types=["alert", 1]), "request.malformed"),
    "add with a bad id": ({**ADD, "id": "Risk"}, "system.malformed"),
    "change with an unknown member": (
        {"act": "change", "id": "risk-engine", "changes": {"id": "x"}},
        "request.malformed",
    ),
    "change of nobody": ({"act": "change", "id": "nobody", "changes": {}}, "system.unknown"),
    "disable nobody": ({"act": "disable", "id": "nobody"}, "system.unknown"),
    "issue without days": ({"act": "issue", "id": "nobody", "scopes": []}, "request.unknown"),
    "issue with a number for a scope": (
        {"act": "issue", "id": "nobody", "scopes": [1], "days": 1},
        "request.malformed",
    ),
    "revoke a number": ({"act": "revoke", "id": 5}, "request.unknown"),
}


@pytest.mark.parametrize(("request_", "code"), BAD.values(), ids=BAD)
async def test_request_that_is_none_is_refused_and_nothing_is_recorded(stage, request_, code):
    async with opened(stage) as office:
        assert await code_of(office.desk.act(request_)) == code
        assert office.entries == []


async def test_act_alone_is_durable_when_it_returns(stage):
    node = stage.node("AZ-SCC")
    try:
        await act_alone(node, ADD)
        assert Accounts(node.database).system("risk-engine") == engine(title="T", units=["*"])
    finally:
        node.close()
