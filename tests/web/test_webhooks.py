"""Webhooks over HTTP: a system's own, changed only as it last saw them, secrets shown once."""

import csv
import io

import pytest

from node.audit.event import Kind
from node.national.scopes import ROLES, Role, Scope
from node.settings import WebhookSettings
from node.store.journal import Batch
from node.store.webhooks import LoggedAttempt, PutAttempt
from tests.daemon.hook import LOOPBACK, Hook, couriers, listening
from tests.daemon.told import tell
from tests.web.served import Client
from tests.web.test_documents import entries

URL = "https://risk.example/events"
ACTS = ["patch", "delete", "rotate", "test", "progress", "attempts", "replay", "get"]


@pytest.fixture
async def client(served):
    return await served.client()


@pytest.fixture
async def hook(served):
    """A receiver in this machine, which the operator's settings allow."""
    async with listening(Hook()) as one:
        allowed = WebhookSettings(networks=(LOOPBACK,), ports=(443, one.port), plain_http=True)
        node = served.node
        node.settings = node.settings.model_copy(update={"webhooks": allowed})
        yield one


async def make(client, url=URL, **members):
    answer = await client.post("/webhooks", json={"url": url, **members})
    assert answer.status_code == 201, answer.text
    return answer


async def act(client, act_, id_, tag="*", **body):
    """Do one of the acts on a webhook."""
    path, headers = f"/webhooks/{id_}", {"If-Match": tag}
    match act_:
        case "patch":
            return await client.patch(path, json=body, headers=headers)
        case "delete":
            return await client.delete(path, headers=headers)
        case "get":
            return await client.get(path)
        case "progress" | "attempts":
            return await client.get(f"{path}/{act_}")
        case "replay":
            return await client.post(f"{path}/replay", json={"from": 0, **body})
        case _:
            return await client.post(f"{path}/{act_}", headers=headers)


async def test_made_webhook_is_shown_with_its_secret_once(served, client):
    answer = await make(client, kinds=["message.received", "match.found", "match.found"])
    made = answer.json()
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert len(secret) == 6 + 44
    assert made["kinds"] == ["match.found", "message.received"]
    assert (made["url"], made["state"], made["reason"]) == (URL, "active", None)
    assert answer.headers["location"] == f"/api/v1/webhooks/{made['id']}"
    shown = await client.get(f"/webhooks/{made['id']}")
    assert shown.json() == made
    assert shown.headers["etag"] == answer.headers["etag"]
    listed = await client.get("/webhooks")
    assert listed.json() == {"items": [made], "next": None}
    assert secret not in shown.text + listed.text
    by = {"webhook": made["id"], "system": "risk-engine", "state": "active", "by": "risk-engine"}
    assert entries(served, Kind.WEBHOOK_CHANGED) == [by]


async def test_secret_is_not_in_the_database(served, client):
    secret = (await make(client)).json()["secret"].removeprefix("whsec_")
    await served.node.committer.commit(Batch())
    folder = served.node.settings.data
    held = b"".join(path.read_bytes() for path in folder.glob("node.db*"))
    assert URL.encode() in held
    assert secret.encode() not in held


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://risk.example/", "webhook.plain"),
        ("https://risk.example:22/", "webhook.port"),
        ("https://127.0.0.1/", "webhook.address"),
        ("https://169.254.169.254/latest", "webhook.address"),
        ("https://user:pass@risk.example/", "webhook.url"),
        ("ftp://risk.example/", "webhook.url"),
        ("", "request.invalid"),
        ("https://risk.example/" + "x" * 2048, "request.invalid"),
    ],
)
async def test_target_that_may_not_be_reached_is_refused(client, url, code):
    made = (await make(client)).json()
    answers = [
        await client.post("/webhooks", json={"url": url}),
        await act(client, "patch", made["id"], url=url),
    ]
    assert [(one.status_code, one.json()["code"]) for one in answers] == [(422, code)] * 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 1},
        {"url": URL, "kinds": ["log.opened"]},
        {"url": URL, "kinds": "match.found"},
        {"url": URL, "state": "paused"},
        {"url": URL, "secret": "whsec_mine"},
    ],
)
async def test_webhook_asked_for_wrongly_is_refused(client, body):
    answer = await client.post("/webhooks", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_second_webhook_to_one_url_is_refused(client):
    await make(client)
    answer = await client.post("/webhooks", json={"url": URL})
    assert (answer.status_code, answer.json()["code"]) == (409, "webhook.exists")


@pytest.mark.parametrize("act_", ACTS)
async def test_webhook_of_another_system_does_not_exist(served, client, act_):
    id_ = (await make(client)).json()["id"]
    other = await served.client("terminal")
    for answer in (await act(other, act_, id_), await act(client, act_, "nothing")):
        assert (answer.status_code, answer.json()["code"]) == (404, "webhook.unknown")
    assert (await other.get("/webhooks")).json()["items"] == []


@pytest.mark.parametrize("act_", ACTS)
@pytest.mark.parametrize("role", [role for role in Role if Scope.WEBHOOKS_MANAGE not in ROLES[role]])
async def test_webhooks_without_the_scope_are_refused(served, client, act_, role):
    id_ = (await make(client)).json()["id"]
    other = Client(served, await served.token_of(await served.add_system(f"a-{role}", role=role)))
    answers = [
        await act(other, act_, id_),
        await other.get("/webhooks"),
        await other.post("/webhooks", json={"url": URL}),
    ]
    assert [answer.json()["code"] for answer in answers] == ["access.scope"] * 3


@pytest.mark.parametrize("act_", ["patch", "delete", "rotate"])
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 428, "precondition.missing"), ({"If-Match": '"old"'}, 412, "precondition.failed")],
)
async def test_webhook_is_changed_only_as_the_caller_saw_it(client, act_, headers, status, code):
    id_ = (await make(client)).json()["id"]
    before = await client.get(f"/webhooks/{id_}")
    tail, method = ("/rotate", "POST") if act_ == "rotate" else ("", act_.upper())
    more = {"json": {"state": "paused"}} if act_ == "patch" else {}
    answer = await client.request(method, f"/webhooks/{id_}{tail}", headers=headers, **more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await client.get(f"/webhooks/{id_}")).json() == before.json()


async def test_webhook_is_changed_step_by_step_with_each_etag(client):
    answer = await make(client)
    id_, tags = answer.json()["id"], {answer.headers["etag"]}
    for change in (
        {"kinds": ["match.found"]},
        {"url": URL + "/2"},
        {"state": "paused"},
        {"state": "active"},
        {"kinds": []},
    ):
        answer = await act(client, "patch", id_, answer.headers["etag"], **change)
        assert answer.status_code == 200, answer.text
        assert answer.json().items() >= change.items()
        tags.add(answer.headers["etag"])
    assert len(tags) == 6


async def test_webhook_that_the_caller_holds_already_is_not_sent_again(client):
    made = await make(client)
    headers = {"If-None-Match": made.headers["etag"]}
    assert (await client.get(f"/webhooks/{made.json()['id']}", headers=headers)).status_code == 304


async def test_deleted_webhook_is_gone(client):
    made = await make(client)
    answer = await act(client, "delete", made.json()["id"], made.headers["etag"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await act(client, "get", made.json()["id"])).status_code == 404


async def test_rotated_secret_is_another_and_shown_once(client):
    made = await make(client)
    answer = await act(client, "rotate", made.json()["id"], made.headers["etag"])
    assert answer.json()["secret"].startswith("whsec_")
    assert answer.json()["secret"] != made.json()["secret"]
    assert (await act(client, "get", made.json()["id"])).headers["etag"] == answer.headers["etag"]


async def test_webhook_is_tried_out_at_once(client, hook):
    made = (await make(client, hook.url)).json()
    answer = await act(client, "test", made["id"])
    attempt = answer.json()
    assert attempt.items() >= {"event": None, "outcome": "delivered", "status": 200}.items()
    (event,) = hook.verified(made["secret"])
    assert (event["type"], event["data"]) == ("sarbon.webhook.test", {"webhook": made["id"]})
    assert (await act(client, "attempts", made["id"])).json()["items"] == [attempt]


async def test_webhook_that_is_tried_out_in_vain_says_why(client, hook):
    made = (await make(client, hook.url)).json()
    hook.answers = [410, 302]
    for outcome in ("gone", "retry"):
        assert (await act(client, "test", made["id"])).json()["outcome"] == outcome
    assert (await act(client, "get", made["id"])).json()["state"] == "active"


async def test_webhook_tried_out_is_no_event_of_the_log(client, hook):
    made = (await make(client, hook.url)).json()
    for _ in range(2):
        await act(client, "test", made["id"])
    ids = [headers["webhook-id"] for headers, _ in hook.requests]
    assert ids[0] != ids[1]


async def test_delivered_events_verify_with_the_secret_that_was_shown(served, client, hook):
    secret = (await make(client, hook.url)).json()["secret"]
    async with couriers(served, hook):
        wanted = await tell(served, 3)
        await hook.got(3)
    assert [int(event["sequence"]) for event in hook.verified(secret)] == wanted


async def test_progress_says_how_far_and_how_it_goes(served, client, hook):
    id_ = (await make(client, hook.url)).json()["id"]
    start = (await act(client, "progress", id_)).json()
    assert start == {
        "position": served.node.tree.size - 1,
        "behind": 0,
        "failures": 0,
        "failing_since": None,
        "next_try_at": None,
        "reason": None,
    }
    hook.answers = [503]
    async with couriers(served, hook):
        await tell(served, 2)
        await hook.got(1)
        while not (failing := (await act(client, "progress", id_)).json())["failures"]:
            pass
    assert failing["behind"] == 2
    assert failing["reason"] == "answered 503"
    assert failing["failing_since"] < failing["next_try_at"]


async def test_replay_tells_again_from_an_event_on(served, client, hook):
    id_ = (await make(client, hook.url)).json()["id"]
    async with couriers(served, hook):
        wanted = await tell(served, 4)
        await hook.got(4)
        while (await act(client, "progress", id_)).json()["behind"]:
            pass
        answer = await act(client, "replay", id_, **{"from": wanted[1]})
        assert answer.json()["position"] == wanted[1] - 1
        await hook.got(7)
    assert hook.indexes == wanted + wanted[1:]


async def test_replay_of_what_was_not_delivered_is_refused(served, client):
    id_ = (await make(client)).json()["id"]
    answer = await act(client, "replay", id_, **{"from": served.node.tree.size})
    assert (answer.status_code, answer.json()["code"]) == (422, "position.beyond")
    assert answer.json()["pointer"] == "/from"


async def test_attempts_are_listed_newest_first_page_by_page_also_as_csv(served, client):
    id_ = (await make(client)).json()["id"]

    def attempt(index):
        return PutAttempt(
            LoggedAttempt(id_, index, 1_764_000_000_000, "retry", None, 5, "no connection")
        )

    await served.node.committer.commit(Batch(records=[attempt(n) for n in range(5)]))
    first = (await client.get(f"/webhooks/{id_}/attempts?limit=3")).json()
    await served.node.committer.commit(Batch(records=[attempt(9)]))
    second = (await client.get(f"/webhooks/{id_}/attempts?limit=3&cursor={first['next']}")).json()
    assert [one["event"] for one in first["items"] + second["items"]] == [4, 3, 2, 1, 0]
    assert second["next"] is None
    assert first["items"][0] == {
        "at": "2025-11-24T16:00:00.000Z",
        "event": 4,
        "outcome": "retry",
        "status": None,
        "milliseconds": 5,
        "reason": "no connection",
    }
    rows = list(csv.DictReader(io.StringIO((await client.get(f"/webhooks/{id_}/attempts.csv")).text)))
    assert [row["event"] for row in rows] == ["9", "4", "3", "2", "1", "0"]


async def test_cursor_of_another_webhooks_attempts_is_refused(served, client):
    first, second = [(await make(client, f"{URL}/{n}")).json()["id"] for n in range(2)]
    logged = LoggedAttempt(first, 1, 1, "retry", None, 5, "no connection")
    await served.node.committer.commit(Batch(records=[PutAttempt(logged)] * 2))
    cursor = (await client.get(f"/webhooks/{first}/attempts?limit=1")).json()["next"]
    answer = await client.get(f"/webhooks/{second}/attempts?limit=1&cursor={cursor}")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor.invalid")


async def test_webhooks_are_listed_as_csv(client):
    await make(client, kinds=["match.found"])
    (row,) = csv.DictReader(io.StringIO((await client.get("/webhooks.csv")).text))
    assert (row["url"], row["kinds"], row["state"]) == (URL, '["match.found"]', "active")


@pytest.mark.parametrize("path", ["/webhooks", "/webhooks/{id}/attempts"])
async def test_parameter_that_a_list_does_not_know_is_refused(client, path):
    id_ = (await make(client)).json()["id"]
    answer = await client.get(path.format(id=id_) + "?state=active")
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")
