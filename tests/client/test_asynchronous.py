"""The asynchronous client and the real API, with an unreliable way between them."""

import asyncio
import json

import httpx2
import pytest

from node.audit.event import Kind
from node.client import (
    AsyncClient,
    ChangedError,
    Connection,
    ForbiddenError,
    Luck,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    Retry,
    UnansweredError,
    UnauthorizedError,
    verify_evidence,
    verify_evidence_by,
)
from node.errors import PeerError
from node.national.scopes import Role, Scope
from node.settings import ApiSettings
from node.trust.directory import read_directory
from tests.client.scripted import Waits
from tests.spoken import instant, written
from tests.web.served import DAY_MS, serving
from tests.web.test_documents import alert, entries
from tests.web.uploaded import table


class Way(httpx2.AsyncBaseTransport):
    """The way to the app; loses the first requests, or the first answers once the work is done.

    Attributes:
        keys: idempotency keys of what came, in order.
    """

    def __init__(self, served, *, requests=0, answers=0):
        self._app = httpx2.ASGITransport(served.app, raise_app_exceptions=False)
        self._requests, self._answers = requests, answers
        self.keys = []

    async def handle_async_request(self, request):
        self.keys.append(request.headers.get("idempotency-key"))
        if self._requests:
            self._requests -= 1
            raise httpx2.ConnectError("refused")
        response = await self._app.handle_async_request(request)
        if self._answers:
            self._answers -= 1
            await response.aread()
            raise httpx2.ReadError("reset")
        return response


async def client_of(served, way=None, *, scopes=(), id_="risk-engine", waits=None, retry=None, **system):
    added = await served.add_system(id_, **system)
    token = await served.token_of(added, *scopes)
    return AsyncClient(
        Connection("http://node.test", token),
        transport=way or Way(served),
        retry=retry,
        sleep=(Waits() if waits is None else waits).awaited,
        luck=Luck(chance=lambda: 1.0, clock=lambda: served.node.clock() / 1000),
    )


@pytest.mark.parametrize("lost", [{"requests": 3}, {"answers": 3}, {"requests": 2, "answers": 2}])
async def test_submit_over_an_unreliable_way_is_done_once(served, lost):
    way = Way(served, **lost)
    async with await client_of(served, way) as client:
        accepted = await client.submit(alert(served))
    assert len(set(way.keys)) == 1
    assert len(way.keys) > 3
    assert [one["id"] for one in entries(served, Kind.MESSAGE_SEALED)] == [accepted.id]
    assert accepted.new


async def test_submit_over_a_way_that_stays_broken_says_that_it_is_in_doubt(served):
    async with await client_of(served, Way(served, answers=99)) as client:
        with pytest.raises(UnansweredError, match="may have been done"):
            await client.submit(alert(served))


async def test_submit_of_a_wrong_document_says_where_it_is_wrong(served):
    async with await client_of(served) as client:
        with pytest.raises(RefusedError) as caught:
            await client.submit({**alert(served), "version": 0})
    assert (caught.value.status, caught.value.pointer) == (422, "/version")
    assert caught.value.request_id


async def test_submit_travels_byte_for_byte(served):
    raw = json.dumps(alert(served), indent=3).encode()
    async with await client_of(served) as client:
        accepted = await client.submit(raw)
        assert await client.document(accepted.id) == raw


async def test_many_documents_are_submitted_whatever_is_wrong_with_some(served):
    good = [written(alert(served, f"AZ-{number}")) for number in range(3)]
    spread = json.dumps(alert(served, "AZ-9"), indent=1)
    way = Way(served, answers=1)
    async with await client_of(served, way) as client:
        items = await client.submit_many([good[0], b"{", b" \n", spread, b"{\n", good[1], "[]", good[2]])
    assert [item.index for item in items] == list(range(8))
    assert [item.id is not None for item in items] == [
        True,
        False,
        False,
        True,
        False,
        True,
        False,
        True,
    ]
    assert {item.error.code for item in items if item.error} == {"document.malformed"}
    assert len(entries(served, Kind.MESSAGE_SEALED)) == 4


async def test_many_documents_go_in_as_few_requests_as_the_node_takes(served):
    way = Way(served)
    async with await client_of(served, way) as client:
        items = await client.submit_many((b"{}" for _ in range(2001)), key="k")
    assert way.keys == ["k", "k.1", "k.2"]
    assert [item.index for item in items] == list(range(2001))


async def test_no_documents_are_no_request(served):
    way = Way(served)
    async with await client_of(served, way) as client:
        assert await client.submit_many([]) == []
        (item,) = await client.submit_many([" "])
    assert item.error.code == "document.malformed"
    assert way.keys == []


async def test_file_of_documents_is_tried_and_uploaded(served):
    options = {"to": ["UZ-CC"], "unit": "PCU-ALYAT", "purpose": "counter-narcotics"}
    options |= {"legal_basis": "control-units", "test": True}
    async with await client_of(served, Way(served, answers=1)) as client:
        tried = await client.try_upload(table("AZ-1"), media_type="text/csv", **options)
        job = await client.upload(table("AZ-1"), media_type="text/csv", **options)
        seen = await client.wait_for_job(job.id, looks=2)
        listed = [one.id async for one in client.jobs()]
        ended = await client.cancel_job(job.id)
    assert (tried.accepted, tried.refused) == (1, 0)
    assert (seen.id, listed, ended.state) == (job.id, [job.id], "cancelled")
    assert job.upload.options["to"] == ["UZ-CC"]


async def test_file_is_taken_in_and_comes_back(served):
    async with await client_of(served) as client:
        taken = await client.take_in(b"\xff\xd8\xff\xe0photo", "seal.jpg", kind="photo")
        described = taken.model_dump(exclude_none=True)
        accepted = await client.submit({**alert(served), "attachments": [described]})
        (listed,) = (await client.attachments(accepted.id)).items
        download = await client.attachment(accepted.id, 1)
    assert (listed.file_name, listed.sha256) == ("seal.jpg", taken.sha256)
    assert (download.content, download.media_type) == (b"\xff\xd8\xff\xe0photo", "image/jpeg")


async def test_list_gives_the_items_of_all_pages(served, exchange):
    for number in range(7):
        await exchange.say("UZ-CC", "alert-minimum", reference=f"UZ-{number}")
    way = Way(served)
    async with await client_of(served, way) as client:
        items = [item.reference async for item in client.inbox(type="alert", limit=3)]
        assert len(way.keys) == 3
        none = [item async for item in client.inbox(type="alert", state="refused")]
    assert items == [f"UZ-{number}" for number in reversed(range(7))]
    assert none == []


async def test_message_is_read_and_handled_as_it_was_seen(served, exchange):
    said = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    async with await client_of(served) as client:
        seen = await client.message("UZ-1", originator="UZ-CC")
        assigned = await client.assign(seen, "PCU-ALYAT")
        with pytest.raises(ChangedError):
            await client.mark_read(seen)
        read = await client.mark_read(assigned, unit="PCU-ALYAT")
        timeline = await client.timeline(said.id)
    assert (seen.read, read.read, read.units) == (False, True, ("PCU-ALYAT",))
    assert [step.event for step in timeline.journey][:2] == ["message.sealed", "message.received"]


async def test_conversation_and_case_are_read(served, exchange):
    await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    async with await client_of(served) as client:
        (listed,) = [one async for one in client.conversations(peer="UZ-CC", order="fixed")]
        found = await client.conversation("UZ-CC", "alert", "UZ-1")
        case = await client.case("UZ-1")
        owed = [one async for one in client.deadlines()]
    assert (listed.reference, found.reference, case.documents) == ("UZ-1", "UZ-1", 1)
    assert {one.by for one in owed} == {"AZ-SCC"}


async def test_network_and_lists_are_read(served):
    async with await client_of(served) as client:
        peers = {one.id async for one in client.peers()}
        peer = await client.peer("UZ-CC")
        (first, *_) = [one async for one in client.agreements()]
        agreement = await client.agreement(first.name)
        told = await client.explain("UZ-CC", "alert/1", purpose="counter-narcotics", from_="AZ-SCC")
        lists = {one.name async for one in client.code_lists()}
        areas = [one.code async for one in client.codes("risk-area", limit=2)]
        code = await client.code("risk-area", areas[0])
        schemas = await client.schemas()
        schema = json.loads(await client.schema("alert/1"))
        figures = await client.statistics(month="2026-11")
    assert peers >= {"UZ-CC", "TM-SCS"}
    assert (peer.id, agreement.name, told.permitted) == ("UZ-CC", first.name, True)
    assert "risk-area" in lists
    assert (code.code, len(areas) > 2) == (areas[0], True)
    assert schema["$id"] in {one.id for one in schemas.items}
    assert figures.period_start == "2026-11-01T00:00:00Z"


async def test_evidence_verifies_here_and_there(served, exchange):
    said = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    directory = served.node.directory
    async with await client_of(served) as client:
        raw = await client.evidence(said.id, disclose=True)
        there = await client.verify(raw)
        also = await client.verification(said.id)
        proof = await client.proof(said.id, manifest=True)
    here = verify_evidence(raw, fingerprint=directory.fingerprint)
    assert (there.status, also.status, proof[:4]) == ("Verified", "Verified", b"c2sp")
    assert here.finding.manifest.members["id"] == said.id
    assert verify_evidence_by(raw, read_directory(_directory_in(raw), fingerprint=None)) == here.finding


def _directory_in(raw):
    return json.loads(raw)["directory"].encode()


async def test_evidence_with_a_byte_changed_is_refused(served, exchange):
    said = await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
    async with await client_of(served) as client:
        raw = await client.evidence(said.id)
    with pytest.raises(PeerError):
        verify_evidence(raw.replace(b'"v":1', b'"v":2'), fingerprint=served.node.directory.fingerprint)


async def test_operator_lets_a_system_in_and_out(served):
    async with await client_of(served, id_="console", role=Role.OPERATOR) as operator:
        made = await operator.add_system(
            "terminal", title="T", role="publisher", units=["*"], types=["alert"]
        )
        changed = await operator.change_system(made, types=["alert", "hit"])
        issued = await operator.issue_token("terminal", scopes=["events:read"], days=2)
        with pytest.raises(ChangedError):
            await operator.disable_system(made)
        disabled = await operator.disable_system(changed)
        enabled = await operator.enable_system(disabled)
        revoked = await operator.revoke_token(issued.id)
        systems = {one.id async for one in operator.systems()}
        tokens = [one.id async for one in operator.tokens(system="terminal")]
    assert changed.types == ("alert", "hit")
    assert (disabled.is_active, enabled.is_active) == (False, True)
    assert issued.text.startswith("sarbon_")
    assert "sarbon_" not in repr(issued)
    assert revoked.revoked_at is not None
    assert (systems, tokens) == ({"console", "terminal"}, [issued.id])


async def test_token_issued_without_an_answer_is_not_issued_twice_in_doubt(served):
    await served.add_system("terminal", role=Role.PUBLISHER)
    way = Way(served, answers=1)
    async with await client_of(served, way, id_="console", role=Role.OPERATOR) as operator:
        with pytest.raises(UnansweredError, match="may have been done"):
            await operator.issue_token("terminal")
        assert len([one async for one in operator.tokens(system="terminal")]) == 1


async def test_webhook_is_made_changed_and_removed(served):
    async with await client_of(served) as client:
        made = await client.make_webhook("https://hooks.example/a", kinds=["message.read"])
        paused = await client.change_webhook(made, state="paused")
        rotated = await client.rotate_webhook_secret(paused)
        progress = await client.webhook_progress(made.id)
        await client.delete_webhook(await client.webhook(made.id))
        left = [one async for one in client.webhooks()]
    assert (paused.state, left, progress.failures) == ("paused", [], 0)
    assert made.secret.startswith("whsec_")
    assert rotated.secret != made.secret
    assert "whsec_" not in repr(made)


async def test_watch_list_is_kept_and_matches_are_listed(served):
    now = served.node.clock()
    item = {
        "id": "watch-1",
        "subject": {"equipment": [{"identification": "CSQU3054383"}]},
        "valid_from": instant(now),
        "valid_until": instant(now + DAY_MS),
        "reason": "precursors",
        "unit": "PCU-ALYAT",
    }
    async with await client_of(served, Way(served, answers=1), role=Role.ANALYST) as client:
        added = await client.add_watch_item(item)
        listed = [one.id async for one in client.watch_list(unit="PCU-ALYAT")]
        changed = await client.change_watch_item(added, {**item, "reason": "drugs"})
        with pytest.raises(ChangedError):
            await client.end_watch_item(added)
        await client.end_watch_item(changed)
        ended = await client.watch_item("watch-1")
        found = [one async for one in client.matches(watch="watch-1")]
        figures = await client.match_figures()
    assert (added.item, listed) == (item, ["watch-1"])
    assert (changed.reason, ended.active) == ("drugs", False)
    assert (found, figures.total.total) == ([], 0)


async def test_who_one_is_and_what_one_may_not(served):
    async with await client_of(served, scopes=[Scope.EVENTS_READ]) as client:
        who = await client.whoami()
        with pytest.raises(ForbiddenError) as caught:
            await client.message("M")
    assert (who.system, who.scopes) == ("risk-engine", ("events:read",))
    assert caught.value.code == "access.scope"


async def test_message_that_is_not_there_is_not_found(served):
    async with await client_of(served) as client:
        with pytest.raises(NotFoundError) as caught:
            await client.message("AZ-NONE")
    assert caught.value.code == "message.unknown"


async def test_token_that_is_none_is_not_let_in(served):
    async with AsyncClient(
        Connection("http://node.test", "sarbon_a_b"), transport=Way(served)
    ) as client:
        with pytest.raises(UnauthorizedError):
            await client.whoami()


async def test_token_is_asked_for_each_time_where_it_does_not_live_long(served):
    added = await served.add_system()
    tokens = ["sarbon_a_b", await served.token_of(added)]
    connection = Connection("http://node.test", lambda: tokens.pop(0))
    async with AsyncClient(connection, transport=Way(served)) as client:
        with pytest.raises(UnauthorizedError):
            await client.whoami()
        assert (await client.whoami()).system == "risk-engine"


async def test_rate_that_is_exceeded_is_waited_for_as_long_as_the_node_says(stage):
    node = stage.node("AZ-SCC")
    try:
        async with serving(node, ApiSettings(requests_per_minute=60)) as served:
            waits = Waits()
            async with await client_of(served, waits=waits) as client:
                many = (client.whoami() for _ in range(100))
                answers = await asyncio.gather(*many, return_exceptions=True)
    finally:
        node.close()
    refused = [one for one in answers if isinstance(one, RateLimitedError)]
    assert 1 <= len(refused) <= 40, "a place comes back every second"
    assert len(waits) >= len(refused) * (Retry().attempts - 1)
    assert min(waits) >= min(one.retry_after for one in refused) >= 1


async def test_events_so_far_are_told_and_a_reader_goes_on_after_them(served):
    async with await client_of(served) as client:
        await client.submit(alert(served, "AZ-1"))
        first = client.events(is_endless=False)
        told = [event.data.message.reference async for event in first]
        position = (await client.event_position()).position
        await client.submit(alert(served, "AZ-2"))
        more = [event async for event in client.events(after=first.position, is_endless=False)]
    assert told == ["AZ-1"]
    assert first.position == position
    assert [event.data.message.reference for event in more if "sealed" in event.type] == ["AZ-2"]
    assert more[0].data.id == more[0].data.message.id, "the entry's own members are there too"


async def test_calls_side_by_side_do_not_disturb_each_other(served):
    way = Way(served, answers=5, requests=5)
    async with await client_of(served, way, retry=Retry(attempts=20)) as client:
        accepted = await asyncio.gather(
            *(client.submit(alert(served, f"AZ-{number}")) for number in range(20))
        )
    assert len({one.id for one in accepted}) == 20
    assert len(entries(served, Kind.MESSAGE_SEALED)) == 20
