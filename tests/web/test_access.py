"""Systems and tokens over HTTP: shown, closed at once, and opened only where nothing is read."""

import csv
import io

import pytest

from node.audit.event import Kind
from node.national.scopes import ROLES, Role, Scope
from node.national.system import System
from node.settings import ApiSettings
from node.web.app import make_app
from node.web.world import make_world
from tests.web.served import Client
from tests.web.test_documents import entries

PUBLISHER = {
    "id": "declarations",
    "title": "Declaration system",
    "role": "publisher",
    "units": ["PCU-ALYAT"],
    "types": ["*"],
}


@pytest.fixture
async def operator(served):
    return await served.client("desk", role=Role.OPERATOR)


async def etag(client, path):
    return {"If-Match": (await client.get(path)).headers["etag"]}


async def test_whoami_says_who_asks_and_until_when(served):
    system = await served.add_system(units=["PCU-ALYAT"], types=["*"], offices=["AZ001004"])
    client = Client(served, await served.token_of(system, Scope.EVENTS_READ, days=1))
    found = (await client.get("/whoami")).json()
    expires_at, token = found.pop("expires_at"), found.pop("token")
    assert found == {
        "authority": "AZ-SCC",
        "system": "risk-engine",
        "title": "risk-engine",
        "role": "system",
        "scopes": ["events:read"],
        "units": ["PCU-ALYAT"],
        "types": ["*"],
        "offices": ["AZ001004"],
    }
    assert served.world.accounts.token(token)[0].system == "risk-engine"
    assert expires_at.endswith("Z")


class Known:
    """An identity provider that knows one program."""

    async def system_of(self, text: str) -> str:
        assert text == "a.b.c"
        return "risk-engine"


async def test_whoami_of_an_identity_provider_has_no_token_of_ours(served):
    await served.add_system()
    served.app = make_app(make_world(served.supervisor, ApiSettings(), Known()))
    found = (await Client(served, "a.b.c").get("/whoami")).json()
    assert (found["token"], found["expires_at"]) == (None, None)
    assert found["scopes"] == sorted(ROLES[Role.SYSTEM])


async def test_systems_are_listed_by_id_page_by_page(served, operator):
    for name in ("b-system", "a-system"):
        await served.add_system(name)
    first = (await operator.get("/systems", params={"limit": 2})).json()
    rest = (await operator.get("/systems", params={"limit": 2, "cursor": first["next"]})).json()
    assert [one["id"] for one in (*first["items"], *rest["items"])] == ["a-system", "b-system", "desk"]
    assert rest["next"] is None
    rows = list(csv.DictReader(io.StringIO((await operator.get("/systems.csv")).text)))
    assert [row["role"] for row in rows] == ["system", "system", "operator"]


async def test_add_system_records_who_did_it(served, operator):
    answer = await operator.post("/systems", json=PUBLISHER)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == "/api/v1/systems/declarations"
    body = answer.json()
    assert (await operator.get("/systems/declarations")).json() == body
    kept = served.world.accounts.system("declarations")
    assert entries(served, Kind.SYSTEM_CHANGED)[-1] == {
        "system": "declarations",
        "digest": kept.digest,
        "by": "desk",
    }
    assert body["digest"] == kept.digest


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"id": "desk"}, 409, "system.exists"),
        ({"id": "Desk"}, 422, "system.malformed"),
        ({"id": "owner"}, 422, "system.malformed"),
        ({"units": ["lower"]}, 422, "system.malformed"),
        ({"types": ["poem"]}, 422, "system.malformed"),
        ({"role": "king"}, 422, "request.invalid"),
        ({"is_active": True}, 422, "request.invalid"),
        ({"title": None}, 422, "request.invalid"),
    ],
)
async def test_add_system_that_is_none_is_refused(operator, change, status, code):
    answer = await operator.post("/systems", json={**PUBLISHER, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.PUBLISHER])
async def test_add_system_that_reads_or_lets_in_is_the_owners_to_do(served, operator, role):
    answer = await operator.post("/systems", json={**PUBLISHER, "role": role})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.owner_only")
    assert served.world.accounts.system("declarations") is None


async def test_change_system_counts_from_the_next_request(served, operator):
    client = await served.client("declarations", role=Role.PUBLISHER, units=["HQ"])
    path = "/systems/declarations"
    answer = await operator.patch(
        path, json={"units": ["PCU-ALYAT"]}, headers=await etag(operator, path)
    )
    assert (answer.status_code, answer.json()["units"]) == (200, ["PCU-ALYAT"])
    assert (await client.get("/whoami")).json()["units"] == ["PCU-ALYAT"]
    assert answer.headers["etag"] == (await etag(operator, path))["If-Match"]


@pytest.mark.parametrize(
    ("headers", "status"), [({}, 428), ({"If-Match": '"old"'}, 412), ({"If-Match": "*"}, 200)]
)
@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("POST", "/disable"), ("POST", "/enable")])
async def test_action_on_a_system_needs_what_was_seen(served, operator, method, path, headers, status):
    await served.add_system("declarations", role=Role.PUBLISHER)
    body = {"json": {"title": "Other"}} if method == "PATCH" else {}
    answer = await operator.request(method, f"/systems/declarations{path}", headers=headers, **body)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "change",
    [
        {"role": "auditor"},
        {"role": "operator"},
        {"units": ["HQ", "PCU-ALYAT"]},
        {"units": ["*"]},
        {"types": ["alert", "hit"]},
        {"offices": ["AZ001004"]},
    ],
)
async def test_change_that_lets_a_reader_read_more_is_the_owners_to_do(served, operator, change):
    before = await served.add_system("gate", role=Role.RECEIVER, units=["HQ"], types=["alert"])
    answer = await operator.patch("/systems/gate", json=change, headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.owner_only")
    assert served.world.accounts.system("gate") == before


async def test_change_of_the_own_role_is_the_owners_to_do(operator):
    for role in ("auditor", "receiver", "system", "analyst"):
        answer = await operator.patch("/systems/desk", json={"role": role}, headers={"If-Match": "*"})
        assert answer.json()["code"] == "access.owner_only"


async def test_disable_shuts_a_system_out_at_once(served, operator):
    client = await served.client("gate", role=Role.RECEIVER)
    path = "/systems/gate"
    answer = await operator.post(f"{path}/disable", headers=await etag(operator, path))
    assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    shut_out = await client.get("/whoami")
    assert (shut_out.status_code, shut_out.json()["code"]) == (403, "system.disabled")


async def test_enable_of_a_publisher_lets_it_in_again(served, operator):
    client = await served.client("declarations", role=Role.PUBLISHER)
    for act in ("disable", "enable"):
        await operator.post(f"/systems/declarations/{act}", headers={"If-Match": "*"})
    assert (await client.get("/whoami")).status_code == 200


@pytest.mark.parametrize("role", [Role.RECEIVER, Role.AUDITOR, Role.OPERATOR])
async def test_enable_of_what_reads_or_lets_in_is_the_owners_to_do(served, operator, role):
    await served.add_system("gate", role=role)
    await operator.post("/systems/gate/disable", headers={"If-Match": "*"})
    answer = await operator.post("/systems/gate/enable", headers={"If-Match": "*"})
    assert (answer.status_code, answer.json()["code"]) == (403, "access.owner_only")


async def test_token_is_shown_once_and_lets_in(served, operator):
    await served.add_system("declarations", role=Role.PUBLISHER)
    answer = await operator.post("/systems/declarations/tokens", json={"days": 7})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    text = body.pop("text")
    found = (await Client(served, text).get("/whoami")).json()
    assert (found["system"], found["token"]) == ("declarations", body["id"])
    assert found["scopes"] == sorted(ROLES[Role.PUBLISHER])
    listed = (await operator.get("/tokens", params={"system": "declarations"})).json()["items"]
    assert listed == [body]
    assert text.split("_")[2] not in (await operator.get("/tokens.csv")).text
    assert entries(served, Kind.TOKEN_ISSUED)[-1]["by"] == "desk"


READING = [
    Scope.DOCUMENTS_READ,
    Scope.EVIDENCE_READ,
    Scope.MATCHES_READ,
    Scope.MATCHES_DECIDE,
    Scope.WATCHLIST_MANAGE,
    Scope.ACCESS_MANAGE,
]
EVERY_PAIR = [(role, scope) for role in Role for scope in sorted(ROLES[role])]


@pytest.mark.parametrize(("role", "scope"), EVERY_PAIR)
async def test_token_of_each_scope_is_issued_or_the_owners_to_issue(served, operator, role, scope):
    await served.add_system("gate", role=role)
    answer = await operator.post("/systems/gate/tokens", json={"scopes": [scope]})
    if scope in READING:
        assert (answer.status_code, answer.json()["code"]) == (403, "access.owner_only")
        assert served.world.accounts.tokens("gate") == []
    else:
        assert (answer.status_code, answer.json()["scopes"]) == (201, [scope])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"scopes": ["log:read"]}, 422, "scope.beyond_role"),
        ({"scopes": ["everything"]}, 422, "request.invalid"),
        ({"days": 0}, 422, "request.invalid"),
        ({"days": 367}, 422, "request.invalid"),
    ],
)
async def test_token_that_cannot_be_is_refused(served, operator, body, status, code):
    await served.add_system("declarations", role=Role.PUBLISHER)
    answer = await operator.post("/systems/declarations/tokens", json=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_token_for_a_disabled_system_is_refused(served, operator):
    await served.add_system("declarations", role=Role.PUBLISHER)
    await operator.post("/systems/declarations/disable", headers={"If-Match": "*"})
    answer = await operator.post("/systems/declarations/tokens", json={})
    assert (answer.status_code, answer.json()["code"]) == (403, "system.disabled")


async def test_revoke_ends_a_token_at_once_and_only_once(served, operator):
    client = await served.client("gate", role=Role.AUDITOR)
    token = (await client.get("/whoami")).json()["token"]
    first = await operator.delete(f"/tokens/{token}")
    again = await operator.delete(f"/tokens/{token}")
    assert (first.status_code, first.json()["revoked_at"] is not None) == (200, True)
    assert again.json() == first.json()
    refused = await client.get("/whoami")
    assert (refused.status_code, refused.json()["code"]) == (401, "token.revoked")
    assert [one["token"] for one in entries(served, Kind.TOKEN_REVOKED)] == [token]


async def test_revoke_of_a_token_that_never_was_is_told_so(operator):
    answer = await operator.delete("/tokens/000000000000")
    assert (answer.status_code, answer.json()["code"]) == (404, "token.absent")


async def test_tokens_are_listed_newest_first_page_by_page(served, operator):
    system = await served.add_system("gate")
    for _ in range(4):
        await served.token_of(system)
    first = (await operator.get("/tokens", params={"limit": 3})).json()
    rest = (await operator.get("/tokens", params={"limit": 3, "cursor": first["next"]})).json()
    found = [one["id"] for one in (*first["items"], *rest["items"])]
    assert (len(set(found)), rest["next"]) == (5, None)
    made = [one["made_at"] for one in (*first["items"], *rest["items"])]
    assert made == sorted(made, reverse=True)


@pytest.mark.parametrize("path", ["/systems/nobody", "/systems/nobody/tokens"])
async def test_unknown_system_is_not_there(operator, path):
    get = await operator.get("/systems/nobody")
    post = await operator.post("/systems/nobody/tokens", json={})
    answer = post if path.endswith("tokens") else get
    assert (answer.status_code, answer.json()["code"]) == (404, "system.unknown")


EVERY_ROUTE = [
    ("GET", "/systems"),
    ("GET", "/systems.csv"),
    ("POST", "/systems"),
    ("GET", "/systems/gate"),
    ("PATCH", "/systems/gate"),
    ("POST", "/systems/gate/disable"),
    ("POST", "/systems/gate/enable"),
    ("GET", "/tokens"),
    ("GET", "/tokens.csv"),
    ("POST", "/systems/gate/tokens"),
    ("DELETE", "/tokens/000000000000"),
]


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
async def test_route_of_access_needs_its_scope(served, method, path):
    client = await served.client("gate", role=Role.AUDITOR)
    body = {"json": PUBLISHER if path == "/systems" else {}} if method in ("POST", "PATCH") else {}
    answer = await client.request(method, path, headers={"If-Match": "*"}, **body)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


async def test_operator_cannot_come_to_read_by_any_of_its_acts(served, operator):
    """Whatever it may do in a row, no token in its hands reads content."""
    await operator.post("/systems", json={**PUBLISHER, "units": ["*"]})
    for role in ("auditor", "receiver", "system", "analyst"):
        for name in ("declarations", "desk"):
            headers = {"If-Match": "*"}
            await operator.patch(f"/systems/{name}", json={"role": role}, headers=headers)
    texts = []
    for name in ("declarations", "desk"):
        for scopes in ([], *([scope] for scope in Scope)):
            answer = await operator.post(f"/systems/{name}/tokens", json={"scopes": scopes})
            texts += [answer.json()["text"]] if answer.status_code == 201 else []
    assert texts
    for text in texts:
        held = set((await Client(served, text).get("/whoami")).json()["scopes"])
        assert held.isdisjoint(READING)
    kept = served.world.accounts.system("declarations")
    assert isinstance(kept, System)
    assert kept.role is Role.PUBLISHER
