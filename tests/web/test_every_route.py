"""Every route against every role and every single scope, by real requests that do no harm."""

import re
from pathlib import Path

import pytest

from node.national.scopes import ROLES, Role, Scope
from node.settings import ApiSettings
from node.web.app import bare_app
from node.web.routes import Route, rewritten, routes_of
from tests.web.served import Client, Served, serving

ACCESS = Path(__file__).parents[2] / "docs" / "access.md"
ROUTES = routes_of(bare_app())
OPEN = {
    ("GET", "/api/openapi.json"),
    ("GET", "/docs/problems/{code}"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/version"),
}
"""Routes that answer whoever asks: none of these tells of messages or systems."""

NO_MESSAGE = "01a20c86-5dc7-7aad-92ad-c49ebfcb866a"
ARGUMENTS = {"number": "1", "index": "0", "type": "alert", "edition": "1", "authority": "UZ-CC"}
WHO_MAY = {scope: next(role for role in Role if scope in ROLES[role]) for scope in Scope}


@pytest.fixture
async def fast(stage):
    """A node that is not asked too fast, whatever it is asked."""
    node = stage.node("AZ-SCC")
    try:
        async with serving(node, ApiSettings(requests_per_minute=1_000_000)) as one:
            yield one
    finally:
        node.close()


def concrete(route: Route) -> str:
    """Give a path with arguments that name nothing."""

    def argument(found: re.Match[str]) -> str:
        return ARGUMENTS.get(found[1], NO_MESSAGE)

    return re.sub(r"\{(\w+)(?::path)?\}", argument, route.path)


async def ask(client: Client, route: Route) -> str:
    """Ask a route for something that it cannot do; gives `401`, `403` or `in`.

    A body is empty: what would change something is refused after the scope, if not by it.
    """
    answer = await client.request(route.method, f"http://node.test{concrete(route)}")
    assert answer.status_code < 500 or route.path == "/readyz", (route, answer.text)
    if answer.status_code in (401, 403):
        code = answer.json()["code"]
        return str(answer.status_code) if code.startswith(("token.", "system.")) else code
    return "in"


async def column(fast: Served, client: Client) -> dict[tuple[str, str], str]:
    """Ask every route; nothing that was asked may have reached the log."""
    size = fast.node.tree.size
    found = {(route.method, route.path): await ask(client, route) for route in ROUTES}
    assert fast.node.tree.size == size
    return found


def expected(scopes: frozenset[Scope]) -> dict[tuple[str, str], str]:
    """Give what the table says of a token with some scopes."""
    return {
        (route.method, route.path): "in" if route.scopes <= scopes else "access.scope"
        for route in ROUTES
    }


def test_routes_without_a_token_are_those_that_are_listed():
    assert {(route.method, route.path) for route in ROUTES if not route.needs_token} == OPEN


def test_routes_are_every_operation_of_the_openapi_document():
    described = {
        (method.upper(), path) for path, item in bare_app().openapi()["paths"].items() for method in item
    }
    found = {(route.method, route.path.replace(":path}", "}")) for route in ROUTES}
    assert found - described == {("GET", "/api/openapi.json")}
    assert described <= found


def test_every_scope_opens_something():
    assert {scope for route in ROUTES for scope in route.scopes} == set(Scope)


def test_table_of_the_handbook_is_the_program():
    page = ACCESS.read_text(encoding="utf-8")
    assert "<!-- begin routes -->" in page
    assert rewritten(page, bare_app()) == page, "make schemas"


async def test_routes_without_token_are_refused_but_for_the_open_ones(fast):
    found = await column(fast, Client(fast, None))
    assert found == {
        (route.method, route.path): "401" if route.needs_token else "in" for route in ROUTES
    }


@pytest.mark.parametrize("role", Role)
async def test_routes_of_a_role_are_those_of_the_table(fast, role):
    client = await fast.client(role=role)
    assert await column(fast, client) == expected(ROLES[role])


@pytest.mark.parametrize("scope", Scope)
async def test_routes_of_a_single_scope_are_those_of_the_table(fast, scope):
    system = await fast.add_system(role=WHO_MAY[scope])
    client = Client(fast, await fast.token_of(system, scope))
    assert await column(fast, client) == expected(frozenset({scope}))


async def test_routes_are_closed_to_a_token_whose_role_became_narrower(fast):
    system = await fast.add_system(role=Role.SYSTEM)
    client = Client(fast, await fast.token_of(system))
    await fast.supervisor.access.change(system.id, {"role": "publisher"}, by="owner")
    assert await column(fast, client) == expected(ROLES[Role.SYSTEM] & ROLES[Role.PUBLISHER])


@pytest.mark.parametrize("how", ["disabled", "revoked", "expired", "of nobody", "cut"])
async def test_routes_are_closed_to_a_token_that_is_not_good(fast, how):
    system = await fast.add_system(role=Role.SYSTEM)
    token = await fast.token_of(system, days=1)
    if how == "disabled":
        await fast.supervisor.access.set_active(system.id, is_active=False, by="owner")
    elif how == "revoked":
        await fast.supervisor.access.revoke(token.split("_")[1], by="owner")
    elif how == "expired":
        now = fast.node.clock()
        fast.node.clock = lambda: now + 86_401_000
    elif how == "of nobody":
        token = token[:-43] + "A" * 43
    else:
        token = token[:-1]
    found = await column(fast, Client(fast, token))
    closed = "403" if how == "disabled" else "401"
    assert found == {
        (route.method, route.path): closed if route.needs_token else "in" for route in ROUTES
    }


async def test_lists_refuse_a_parameter_that_they_do_not_know(fast):
    clients = [await fast.client(role, role=role) for role in Role]
    lists = [route for route in ROUTES if route.path.endswith(".csv") and route.needs_token]
    assert len(lists) >= 20
    for route in lists:
        client = next(
            one for one, role in zip(clients, Role, strict=True) if route.scopes <= ROLES[role]
        )
        for path in (concrete(route), concrete(route).removesuffix(".csv")):
            answer = await client.get(f"http://node.test{path}?mistyped=1")
            assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid"), path
