"""Matches over HTTP: who sees them, what a look records, and what a decision does."""

import csv
import io
import uuid

import orjson
import pytest
import pytest_asyncio

from node.audit.event import Kind, reread_entry
from node.daemon.matcher import Matcher
from node.national.scopes import Role, Scope
from node.store.record import Records
from tests.daemon.matched import BOX
from tests.spoken import document, written
from tests.web.carried import peers_of
from tests.web.served import Client

AZ, TM, UZ = "AZ-SCC", "TM-SCS", "UZ-CC"
EVERYTHING = {"role": Role.ANALYST}
CONFIRM = {"unit": "PCU-ALYAT"}


class Found:
    """AZ-SCC with a notice of its own that TM-SCS warned of.

    Attributes:
        client: of an analyst who sees everything.
        match: the match, as it was read first.
        etag: of it.
    """

    def __init__(self, served, exchange):
        self.served, self.exchange = served, exchange
        self.matcher = Matcher(served.node)

    async def follow(self):
        await self.exchange.settle()
        await self.matcher.catch_up()

    async def announce(self, reference, **members):
        value = document(
            *("notice-rail-ferry", AZ, TM), now=self.exchange.now, reference=reference, **members
        )
        await self.exchange.own.submit(written({**value, "test": False}))
        await self.follow()

    async def warn(self, reference, author=TM, **members):
        subject = {"equipment": [{"identification": BOX}]}
        said = {"subject": subject, "test": False, **members}
        await self.exchange.say(author, "alert-minimum", reference=reference, **said)
        await self.follow()

    async def decide(self, act, body, client=None, **headers):
        names = {"If-Match": self.etag, "Idempotency-Key": str(uuid.uuid4()), **headers}
        names = {name: value for name, value in names.items() if value is not None}
        client = client or self.client
        return await client.post(f"/matches/{self.id}/{act}", json=body, headers=names)

    async def read(self):
        answer = await self.client.get(f"/matches/{self.id}")
        self.match, self.etag = answer.json(), answer.headers["ETag"]
        return answer

    def entries(self, kind, *, of=None):
        node = self.exchange.peers[of].node if of else self.served.node
        entries = (reread_entry(raw) for _, raw in Records(node.database).entries())
        return [dict(entry.members) for entry in entries if entry.kind is kind]

    def hits_at(self, who):
        return Records(self.exchange.peers[who].node.database).inbox(limit=9, type_="hit/1")


@pytest_asyncio.fixture
async def found(served, stage):
    async with peers_of(served, stage, TM, UZ) as exchange:
        made = Found(served, exchange)
        made.client = await served.client("analysts", **EVERYTHING)
        await made.announce("AZ-PAN-1")
        await made.warn("TM-ALR-1")
        (item,) = (await made.client.get("/matches")).json()["items"]
        made.id, made.item = item["id"], item
        await made.read()
        yield made


async def test_list_says_that_something_agrees_and_not_what(found):
    assert (found.item["state"], found.item["grade"], found.item["kind"]) == (
        "found",
        "certain",
        "container",
    )
    assert (found.item["alert_reference"], found.item["notice_reference"]) == ("TM-ALR-1", "AZ-PAN-1")
    assert BOX not in (await found.client.get("/matches")).text


async def test_match_says_why_with_both_places(found):
    (likeness,) = found.match["likenesses"]
    assert (likeness["wanted"], likeness["seen"]) == (BOX, BOX)
    assert likeness["wanted_at"] == "/subject/equipment/0/identification"
    assert likeness["seen_at"] == "/equipment/0/identification"
    assert found.match["words"][0] == f"container {BOX} is the same"
    assert (found.match["alert"]["direction"], found.match["notice"]["direction"]) == (
        "received",
        "sent",
    )


async def test_look_at_a_match_is_recorded_for_both_documents_before_it_leaves(found):
    looked = found.entries(Kind.DOCUMENT_ACCESSED)
    assert {(one["from"], one["re"], one["by"]) for one in looked} == {
        (AZ, found.match["notice"]["message"], "analysts"),
        (TM, found.match["alert"]["message"], "analysts"),
    }


async def test_look_at_what_has_not_changed_is_none(found):
    before = len(found.entries(Kind.DOCUMENT_ACCESSED))
    answer = await found.client.get(f"/matches/{found.id}", headers={"If-None-Match": found.etag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert len(found.entries(Kind.DOCUMENT_ACCESSED)) == before


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("state=found", 1),
        ("state=confirmed", 0),
        ("grade=certain", 1),
        ("grade=possible", 0),
        ("alert=TM-ALR-1", 1),
        ("alert=AZ-PAN-1", 0),
        ("notice=AZ-PAN-1", 1),
        ("watch=TM-ALR-1", 0),
        ("test=false", 1),
        ("test=true", 0),
        ("current=true", 1),
        ("since=2020-01-01T00:00:00Z", 1),
        ("since=2120-01-01T00:00:00Z", 0),
        ("until=2020-01-01T00:00:00Z", 0),
    ],
)
async def test_list_is_filtered(found, query, count):
    answer = await found.client.get(f"/matches?{query}")
    assert (answer.status_code, len(answer.json()["items"])) == (200, count)


async def test_list_comes_in_pages_what_was_found_last_first(found):
    await found.warn("TM-ALR-2")
    first = (await found.client.get("/matches?limit=1")).json()
    second = (await found.client.get(f"/matches?limit=1&cursor={first['next']}")).json()
    references = [page["items"][0]["alert_reference"] for page in (first, second)]
    assert (references, second["next"]) == (["TM-ALR-2", "TM-ALR-1"], None)


async def test_list_is_there_as_csv(found):
    answer = await found.client.get("/matches.csv")
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert (row["id"], row["score"], row["watch"]) == (found.id, str(found.item["score"]), "")


@pytest.mark.parametrize(
    "system",
    [
        {"units": ("PCU-BAKU",), "types": ("*",)},
        {"units": ("*",), "types": ("pre-arrival-notice",)},
        {"units": ("*",), "types": ("alert",)},
        {"units": ("PCU-ALYAT",), "types": ("*",)},  # the notice is its own, the alert is nobody's
    ],
)
async def test_match_does_not_exist_for_a_system_that_does_not_see_both(found, system):
    stranger = await found.served.client("strangers", role=Role.ANALYST, **system)
    assert (await stranger.get("/matches")).json()["items"] == []
    assert (await stranger.get("/matches/figures")).json()["total"]["total"] == 0
    asked = [
        await stranger.get(f"/matches/{found.id}"),
        await found.decide("confirm", CONFIRM, stranger),
        await found.decide("dismiss", {"reason": "known"}, stranger),
    ]
    assert [(one.status_code, one.json()["code"]) for one in asked] == [(404, "match.unknown")] * 3


async def test_match_appears_when_the_alert_is_given_to_the_unit(found):
    own = await found.served.client("alyat", role=Role.ANALYST, units=("PCU-ALYAT",))
    await found.served.desk.assign("TM-ALR-1", "PCU-ALYAT")
    assert len((await own.get("/matches")).json()["items"]) == 1


async def test_confirmed_match_sends_a_hit_and_its_conversation_advances(found):
    answer = await found.decide("confirm", CONFIRM)
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    await found.follow()
    (hit,) = found.hits_at(TM)
    assert (hit.id, hit.state) == (answer.json()["hit"], "accepted")
    (decided,) = found.entries(Kind.MATCH_DECIDED)
    assert (decided["decision"], decided["by"], decided["hit"]) == ("confirmed", "analysts", hit.id)
    await found.exchange.peers[TM].registrar.catch_up()
    advanced = found.entries(Kind.CONVERSATION_ADVANCED, of=TM)
    assert [one["outcome"] for one in advanced if one["re"] == hit.id] == ["noted"]
    conversation = (await found.client.get(f"/conversations/{TM}/alert/TM-ALR-1")).json()
    assert [line for line in conversation["timeline"] if "hit" in str(line)] != []


async def test_hit_says_nothing_that_the_alert_did_not(found):
    hit = (await found.decide("confirm", CONFIRM)).json()["hit"]
    raw = (await found.client.get(f"/messages/{hit}/document")).content
    value = orjson.loads(raw)
    assert BOX not in raw.decode()
    assert found.id not in raw.decode()
    assert value["originator"]["unit"] == "PCU-ALYAT"
    assert value["answers"]["reference"] == "TM-ALR-1"
    assert value["matches"][0]["notice"]["reference"] == "AZ-PAN-1"  # TM-SCS has that notice


async def test_confirmation_can_name_the_office(found):
    answer = await found.decide("confirm", {**CONFIRM, "office": "AZ001004"})
    hit = await found.client.get(f"/messages/{answer.json()['hit']}/document")
    assert hit.json()["office"] == "AZ001004"


async def test_confirmation_repeated_under_its_key_is_the_first_answer(found):
    first = await found.decide("confirm", CONFIRM, **{"Idempotency-Key": "one"})
    again = await found.decide("confirm", CONFIRM, **{"Idempotency-Key": "one"})
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(found.entries(Kind.MATCH_DECIDED)) == 1


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ({"Idempotency-Key": None}, CONFIRM, 400, "idempotency.key_missing"),
        ({"Idempotency-Key": "a b"}, CONFIRM, 400, "idempotency.key_malformed"),
        ({"If-Match": None}, CONFIRM, 428, "precondition.missing"),
        ({"If-Match": '"other"'}, CONFIRM, 412, "precondition.failed"),
        ({}, {}, 422, "request.invalid"),
        ({}, {"unit": "PCU-ALYAT", "more": 1}, 422, "request.invalid"),
    ],
)
async def test_confirmation_asked_wrongly_is_refused(found, headers, body, status, code):
    answer = await found.decide("confirm", body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert found.entries(Kind.MATCH_DECIDED) == []


async def test_confirmation_of_something_else_under_its_key_is_refused(found):
    await found.decide("confirm", CONFIRM, **{"Idempotency-Key": "one"})
    answer = await found.decide("confirm", {"unit": "HQ"}, **{"Idempotency-Key": "one"})
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency.mismatch")


async def test_match_is_decided_once(found):
    await found.decide("confirm", CONFIRM)
    await found.read()
    for act, body in (("confirm", CONFIRM), ("dismiss", {"reason": "known"})):
        answer = await found.decide(act, body)
        assert (answer.status_code, answer.json()["code"]) == (409, "match.decided")


async def test_dismissed_match_says_why_and_can_still_be_confirmed(found):
    dismissed = await found.decide("dismiss", {"reason": "other-cargo"})
    assert (dismissed.json()["state"], dismissed.json()["reason"]) == ("dismissed", "other-cargo")
    assert found.entries(Kind.MATCH_DECIDED)[0]["reason"] == "other-cargo"
    await found.read()
    confirmed = await found.decide("confirm", CONFIRM)
    assert (confirmed.json()["state"], confirmed.json()["reason"]) == ("confirmed", None)


async def test_dismissal_for_no_reason_of_the_list_is_refused(found):
    answer = await found.decide("dismiss", {"reason": "tired"})
    assert (answer.status_code, answer.json()["code"]) == (422, "request.invalid")


async def test_dismissed_match_that_holds_no_longer_cannot_be_confirmed(found):
    await found.decide("dismiss", {"reason": "known"})
    cancelled = {"version": 2, "function": "1"}
    await found.warn("TM-ALR-1", **cancelled)
    await found.read()
    assert (found.match["state"], found.match["current"]) == ("dismissed", False)
    answer = await found.decide("confirm", CONFIRM)
    assert (answer.status_code, answer.json()["code"]) == (409, "match.ended")


async def test_hit_that_no_agreement_permits_refuses_the_confirmation(found):
    found.served.node.agreements = {}
    answer = await found.decide("confirm", CONFIRM)
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("agreement.")
    assert (await found.read()).json()["state"] == "found"


async def test_officer_can_confirm_where_no_hit_may_be_sent(found):
    found.served.node.agreements = {}
    answer = await found.decide("confirm", {**CONFIRM, "tell": False})
    assert (answer.json()["state"], answer.json()["hit"]) == ("confirmed", None)


async def test_refused_confirmation_may_be_repeated_under_a_new_key(found):
    agreements, found.served.node.agreements = found.served.node.agreements, {}
    await found.decide("confirm", CONFIRM)
    found.served.node.agreements = agreements
    assert (await found.decide("confirm", CONFIRM)).status_code == 200


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ({"types": ("alert", "pre-arrival-notice")}, "access.type"),
        ({"units": ("PCU-BAKU", "PCU-ALYAT")}, "access.unit"),
    ],
)
async def test_hit_must_be_one_that_the_system_may_send(found, system, code):
    await found.served.desk.assign("TM-ALR-1", "PCU-ALYAT")
    other = await found.served.client("others", role=Role.ANALYST, **system)
    answer = await found.decide("confirm", {"unit": "HQ"}, other)
    assert (answer.status_code, answer.json()["code"]) == (403, code)


async def test_token_without_sending_can_confirm_only_without_telling(found):
    system = await found.served.add_system("screen", role=Role.ANALYST)
    token = await found.served.token_of(system, Scope.MATCHES_READ, Scope.MATCHES_DECIDE)
    screen = Client(found.served, token)
    refused = await found.decide("confirm", CONFIRM, screen)
    assert (refused.status_code, refused.json()["code"]) == (403, "access.scope")
    assert (await found.decide("confirm", {**CONFIRM, "tell": False}, screen)).status_code == 200


async def test_own_alert_is_confirmed_and_nobody_is_told(found):
    value = document("alert-minimum", AZ, TM, now=found.exchange.now, reference="AZ-ALR-1", test=False)
    subject = {"equipment": [{"identification": BOX}]}
    await found.exchange.own.submit(written({**value, "subject": subject}))
    await found.follow()
    (item,) = (await found.client.get("/matches?alert=AZ-ALR-1")).json()["items"]
    found.id = item["id"]
    await found.read()
    answer = await found.decide("confirm", CONFIRM)
    assert (answer.json()["state"], answer.json()["hit"]) == ("confirmed", None)
    assert found.hits_at(TM) == []


async def test_alert_of_a_third_authority_is_told_without_the_notice(found):
    await found.warn("UZ-ALR-1", author=UZ)
    (item,) = (await found.client.get("/matches?alert=UZ-ALR-1")).json()["items"]
    found.id = item["id"]
    await found.read()
    hit = (await found.decide("confirm", CONFIRM)).json()["hit"]
    raw = (await found.client.get(f"/messages/{hit}/document")).content
    assert b"AZ-PAN-1" not in raw
    await found.follow()
    assert [one.state for one in found.hits_at(UZ)] == ["accepted"]


async def test_figures_count_what_officers_judged(found):
    await found.warn("TM-ALR-2")
    await found.warn("TM-ALR-3")
    items = (await found.client.get("/matches")).json()["items"]
    for item, act, body in zip(
        *(items, ("confirm", "dismiss"), (CONFIRM, {"reason": "other-journey"})), strict=False
    ):
        found.id = item["id"]
        await found.read()
        assert (await found.decide(act, body)).status_code == 200
    figures = (await found.client.get("/matches/figures")).json()
    assert figures["total"] == {
        "grade": None,
        "kind": None,
        "total": 3,
        "open": 1,
        "confirmed": 1,
        "dismissed_right": 0,
        "dismissed_wrong": 1,
        "dismissed_other": 0,
        "withdrawn": 0,
        "precision": "50.0",
    }
    assert [(one["grade"], one["kind"], one["total"]) for one in figures["items"]] == [
        ("certain", "container", 3)
    ]


async def test_figures_of_nothing_have_no_precision(found):
    total = (await found.client.get("/matches/figures?test=true")).json()["total"]
    assert (total["total"], total["precision"]) == (0, None)


@pytest.mark.parametrize("scope", [Scope.MESSAGES_READ])
async def test_matches_need_their_scope(found, scope):
    system = await found.served.add_system("reader", role=Role.SYSTEM)
    reader = Client(found.served, await found.served.token_of(system, scope))
    for path in ("/matches", "/matches.csv", "/matches/figures", f"/matches/{found.id}"):
        assert (await reader.get(path)).status_code == 403
    auditors = await found.served.client("auditors", role=Role.AUDITOR)
    assert (await auditors.get(f"/matches/{found.id}")).status_code == 200
    assert (await found.decide("dismiss", {"reason": "known"}, auditors)).status_code == 403
