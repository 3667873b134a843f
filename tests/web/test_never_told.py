"""Content and traces of a message never reach a system that it is not for, whatever that system asks.

Every GET route is called with the id and the reference of every message, by systems that are limited in
different ways; what was planted in the messages that are not for them must be in no answer.
"""

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from node.national.scopes import Role
from node.settings import ApiSettings
from node.web.app import bare_app
from node.web.routes import Route, routes_of
from tests.web.carried import peers_of
from tests.web.planted import OFFICE, OWN, Planted, World, spellings, tell_everything
from tests.web.served import Client, serving

EVERYTHING = ("*",)
LIMITED = {
    "by unit": {"role": Role.SYSTEM, "units": ("PCU-ALYAT",)},
    "by type": {
        "role": Role.SYSTEM,
        "types": ("pre-arrival-notice", "discrepancy", "recall", "consent"),
    },
    "by office": {"role": Role.AUDITOR, "units": (), "offices": (OFFICE,)},
    "by unit and type": {
        "role": Role.RECEIVER,
        "units": ("PCU-ASTARA",),
        "types": ("alert", "statistics"),
    },
}
GETS = [
    route
    for route in routes_of(bare_app())
    if route.method == "GET" and route.needs_token and not route.path.endswith("/events")
]
OF_MESSAGES = re.compile(r"\{(message|reference:path|id:path)\}")


@pytest.fixture
async def told(stage):
    """The node of AZ-SCC when everything has been said; and what was said."""
    node = stage.node(OWN)
    try:
        async with (
            serving(node, ApiSettings(requests_per_minute=1_000_000)) as served,
            peers_of(served, stage, "UZ-CC") as exchange,
        ):
            world = await tell_everything(exchange)
            given = next(
                one for one in world.messages if one.author != OWN and "statistics" in one.types
            )
            await served.desk.assign(given.id, "PCU-ASTARA", originator=given.author)
            given.units.add("PCU-ASTARA")
            yield served, world
    finally:
        node.close()


def is_for(message: Planted, units=EVERYTHING, types=EVERYTHING, offices=(), **_: object) -> bool:
    """Say by the handbook whether a message is for a system."""
    if types != EVERYTHING and not message.types & set(types):
        return False
    return units == EVERYTHING or bool(message.units & set(units) or message.offices & set(offices))


def asked_of(route: Route, world: World) -> Iterator[str]:
    """Give every path of a route that names a message, or its one path if none can be named."""
    if OF_MESSAGES.search(route.path) is None:
        yield route.path
        for message in world.messages:
            if route.path.endswith(("/inbox", "/sent", "/inbox.csv", "/sent.csv")):
                yield f"{route.path}?reference={quote(message.reference)}"
        return
    for message in world.messages:
        name = message.document["type"].partition("/")[0]
        filled = route.path.replace("{authority}", message.author).replace("{type}", name)
        for number in ("1", "2") if "{number}" in filled else ("",):
            path = filled.replace("{number}", number)
            for named in (message.id, message.reference):
                yield OF_MESSAGES.sub(named, path)


def events(path: str) -> Iterator[str]:
    yield f"{path}?limit=500"
    yield f"{path}?limit=500&kinds=message.received&kinds=message.sealed"


async def test_world_has_every_type_in_both_directions(told):
    _, world = told
    said = {(one.author, one.document["type"]) for one in world.messages}
    names = {type_ for _, type_ in said}
    assert len(names) == 20
    assert len(said) == 40
    assert all(one.secrets for one in world.messages)
    assert sum(len(one.secrets) == 2 for one in world.messages) >= 10


@pytest.mark.parametrize("limit", LIMITED.values(), ids=LIMITED)
async def test_system_is_told_of_what_is_for_it_and_of_nothing_else(told, limit):
    served, world = told
    client = await served.client("limited", **limit)
    listed = set()
    for path in ("/inbox?limit=500", "/sent?limit=500"):
        listed |= {item["id"] for item in (await client.get(path)).json()["items"]}
    assert listed == {one.id for one in world.messages if is_for(one, **limit)}
    assert 0 < len(listed) < len(world.messages)

    hidden = [one for one in world.messages if not is_for(one, **limit)]
    shown = b"".join(json.dumps(one.document).encode() for one in world.messages if is_for(one, **limit))
    secrets = {
        spelling: (message, word)
        for message in hidden
        for word in (*message.secrets, message.reference)
        if word.encode() not in shown  # else a document that is for this system names it
        for spelling in spellings(word)
    }
    traces = {one.id.encode(): (one, one.id) for one in hidden}
    assert await leaks(client, world, secrets, traces) == []


async def leaks(client: Client, world: World, secrets, traces) -> list[tuple[str, str, str]]:
    """Ask everything; gives where something was found that is not for the system."""
    content = re.compile(b"|".join(map(re.escape, secrets)))
    either = re.compile(b"|".join(map(re.escape, (*secrets, *traces))))
    found = []
    for route in GETS:
        is_log = route.path.startswith("/api/v1/log/")  # the whole log is for whoever may read it
        for path in asked_of(route, world):
            answer = await client.get(f"http://node.test{path}")
            assert answer.status_code < 500, (path, answer.text)
            head = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
            for hit in (content if is_log else either).findall(answer.content + head.encode()):
                message, word = {**secrets, **traces}[hit]
                if word not in path:
                    found.append((path, message.document["type"], word))
    return found


async def test_events_tell_a_system_of_what_is_for_it_and_of_nothing_else(told):
    served, world = told
    for name, limit in LIMITED.items():
        client = await served.client(name.replace(" ", "-"), **limit)
        for path in events("/events"):
            page = (await client.get(path)).json()
            told_of = {event["data"]["message"]["id"] for event in page["events"]}
            assert told_of <= {one.id for one in world.messages if is_for(one, **limit)}
            assert told_of


async def test_hidden_message_is_answered_like_one_that_is_not_there(told):
    served, world = told
    limit = LIMITED["by unit"]
    client = await served.client("limited", **limit)
    nobody = "01a20c86-5dc7-7aad-92ad-c49ebfcb866a"
    hidden = [one for one in world.messages if not is_for(one, **limit)]
    paths = [route.path.replace("{number}", "1") for route in GETS if "{message}" in route.path]
    assert len(paths) >= 7
    for path in paths:
        absent = await client.get(f"http://node.test{path.replace('{message}', nobody)}")
        assert absent.status_code == 404
        for message in hidden:
            asked = ((message.id, ""), (message.reference, ""), (message.id, f"?from={message.author}"))
            for named, query in asked:
                filled = path.replace("{message}", named) + query
                answer = await client.get(f"http://node.test{filled}")
                assert answer.status_code == 404, (path, message.document["type"])
                assert same(answer.json()) == same(absent.json())


def same(problem: dict) -> dict:
    """Leave out of a problem document what the caller said itself, and the request's id."""
    return {name: value for name, value in problem.items() if name not in ("instance", "request_id")}
