"""Decisions on matches in running nodes: what a hit sets off, and what a crash in between leaves."""

import asyncio

import orjson
import pytest
import pytest_asyncio

from node.audit.event import Kind, reread_entry
from node.daemon import match_requests
from node.daemon.match_desk import MatchDesk, Wish
from node.daemon.match_round import turn_of
from node.errors import CallerError
from node.matching.decision import Dismissal, MatchState
from node.national.scopes import ROLES, Role
from node.national.system import Principal, make_system
from node.store.matches import Matches
from node.store.record import Records
from node.store.watch_list import WatchList
from tests.daemon.matched import AZ, BOX, TM, UZ, matching
from tests.spoken import instant

DAY = 86_400_000
UNIT = Wish("PCU-ALYAT", key="one")
ANALYSTS = make_system("analysts", title="Analysts", role="analyst", units=["*"], types=["*"])
PRINCIPAL = Principal(ANALYSTS, None, ROLES[Role.ANALYST])


@pytest_asyncio.fixture
async def corridor(stage):
    async with matching(stage, AZ, TM) as made:
        await made.announce(AZ, TM, "AZ-PAN-1")
        await made.look_for(TM, AZ, "TM-ALR-1", BOX)
        yield made


def agree(_):
    pass


def desk_of(corridor, who=AZ):
    side = corridor.sides[who]
    return MatchDesk(side.node, side.submitter)


def hits_at(corridor, who):
    return Records(corridor.sides[who].node.database).inbox(limit=9, type_="hit/1")


def decided(corridor, who=AZ):
    entries = (reread_entry(raw) for _, raw in Records(corridor.sides[who].node.database).entries())
    return [dict(entry.members) for entry in entries if entry.kind is Kind.MATCH_DECIDED]


async def refused(act):
    with pytest.raises(CallerError) as raised:
        await act
    return raised.value.code


async def test_hit_is_accepted_by_the_author_of_the_alert(corridor):
    (found,) = corridor.matches(AZ)
    done = await desk_of(corridor).confirm(found.id, UNIT, PRINCIPAL, agree)
    await corridor.follow()
    (hit,) = hits_at(corridor, TM)
    assert (hit.id, hit.state, hit.reference) == (done.match.hit, "accepted", found.hit_reference)


async def test_hit_answers_the_version_that_was_compared_last(corridor):
    (found,) = corridor.matches(AZ)
    node = corridor.sides[AZ].node
    alert = orjson.loads(Records(node.database).received(*found.wanted)["document"])
    notice = orjson.loads(Records(node.database).sent(found.notice[1])["document"])
    await corridor.amend(alert, "TM-AMD-1", priority="routine")
    await corridor.amend(notice, "AZ-AMD-1", office_of_entry="TM001005")
    done = await desk_of(corridor).confirm(found.id, UNIT, PRINCIPAL, agree)
    await corridor.follow()
    (hit,) = hits_at(corridor, TM)
    said = orjson.loads(Records(node.database).sent(done.match.hit)["document"])
    assert (hit.state, said["answers"]["version"], said["office"]) == ("accepted", 2, "TM001005")


async def test_hit_is_sealed_before_the_decision_is_recorded(corridor):
    (found,) = corridor.matches(AZ)
    await desk_of(corridor).confirm(found.id, UNIT, PRINCIPAL, agree)
    entries = [reread_entry(raw) for _, raw in Records(corridor.sides[AZ].node.database).entries()]
    kinds = [entry.kind for entry in entries]
    assert kinds[-3:] == [Kind.MESSAGE_SEALED, Kind.DOCUMENT_SUBMITTED, Kind.MATCH_DECIDED]


@pytest.mark.parametrize("principal", [PRINCIPAL, None], ids=["system", "owner"])
async def test_confirmation_lost_in_a_crash_is_recorded_when_the_matcher_starts(corridor, principal):
    (found,) = corridor.matches(AZ)
    await sealed_only(corridor, found, principal)
    assert corridor.matches(AZ)[0].state is MatchState.FOUND
    corridor.restart_matcher(AZ)
    await corridor.follow()
    (after,) = corridor.matches(AZ)
    (entry,) = decided(corridor)
    by = "analysts" if principal else "owner"
    assert (after.state, after.decided_by) == (MatchState.CONFIRMED, by)
    assert (entry["decision"], entry["by"], entry["hit"]) == ("confirmed", by, after.hit)
    assert [one.id for one in hits_at(corridor, TM)] == [after.hit]


async def test_confirmation_repeated_after_a_crash_sends_no_second_hit(corridor):
    (found,) = corridor.matches(AZ)
    await sealed_only(corridor, found, PRINCIPAL)
    later = Wish("HQ", key="another")
    done = await desk_of(corridor).confirm(found.id, later, PRINCIPAL, agree)
    await corridor.follow()
    assert [one.id for one in hits_at(corridor, TM)] == [done.match.hit]
    assert len(decided(corridor)) == 1


async def sealed_only(corridor, found, principal):
    """Confirm, and stop as the hit is durable, before the decision is."""
    desk, node = desk_of(corridor), corridor.sides[AZ].node
    confirming = asyncio.create_task(desk.confirm(found.id, UNIT, principal, agree))

    def stop(batch):
        if any(step.entry.kind is Kind.MESSAGE_SEALED for step in batch.transitions):
            confirming.cancel()

    node.on_commit(stop)
    await asyncio.gather(confirming, return_exceptions=True)
    assert confirming.cancelled()


async def test_matcher_and_desk_take_turns(corridor):
    (found,) = corridor.matches(AZ)
    node = corridor.sides[AZ].node
    matchers, corridor.matchers = corridor.matchers, {}
    await corridor.look_for(TM, AZ, "TM-ALR-2", BOX)
    async with turn_of(node):
        deciding = asyncio.create_task(desk_of(corridor).dismiss(found.id, Dismissal.KNOWN, None, agree))
        matching_ = asyncio.create_task(matchers[AZ].catch_up())
        done, _ = await asyncio.wait({deciding, matching_}, timeout=0.05)
        assert done == set()
    await asyncio.gather(deciding, matching_)
    assert [one.state.value for one in corridor.matches(AZ)] == ["found", "dismissed"]


async def test_owner_decides_without_being_a_system(corridor):
    (found,) = corridor.matches(AZ)
    done = await desk_of(corridor).dismiss(found.id, Dismissal.KNOWN, None, agree)
    assert (done.match.decided_by, done.match.reason) == ("owner", "known")


async def test_match_that_is_not_there_cannot_be_decided(corridor):
    desk = desk_of(corridor)
    assert await refused(desk.confirm("none", UNIT, None, agree)) == "match.unknown"
    assert await refused(desk.dismiss("none", Dismissal.KNOWN, None, agree)) == "match.unknown"


async def test_withdrawn_match_cannot_be_decided(corridor):
    (found,) = corridor.matches(AZ)
    alert = orjson.loads(Records(corridor.sides[AZ].node.database).received(*found.wanted)["document"])
    await corridor.send({**alert, "version": 2, "function": "1"})
    desk = desk_of(corridor)
    assert await refused(desk.confirm(found.id, UNIT, None, agree)) == "match.decided"
    assert await refused(desk.dismiss(found.id, Dismissal.KNOWN, None, agree)) == "match.decided"


async def test_confirmed_match_stays_confirmed_when_the_alert_is_recalled(corridor):
    (found,) = corridor.matches(AZ)
    await desk_of(corridor).confirm(found.id, UNIT, None, agree)
    alert = orjson.loads(Records(corridor.sides[AZ].node.database).received(*found.wanted)["document"])
    await corridor.recall(alert, "TM-RCL-1")
    (after,) = corridor.matches(AZ)
    assert (after.state, after.is_current) == (MatchState.CONFIRMED, False)
    assert [entry["decision"] for entry in decided(corridor)] == ["confirmed"]


async def test_dismissed_match_is_found_again_where_more_agrees(corridor):
    (found,) = corridor.matches(AZ)
    await desk_of(corridor).dismiss(found.id, Dismissal.OTHER_CARGO, None, agree)
    notice = orjson.loads(Records(corridor.sides[AZ].node.database).sent(found.notice[1])["document"])
    await corridor.amend(notice, "AZ-AMD-1", office_of_entry="TM001005")
    assert corridor.open(AZ) == []
    alert = orjson.loads(Records(corridor.sides[AZ].node.database).received(*found.wanted)["document"])
    means = [{"identification": "45733987", "identification_type": "20"}]
    await corridor.amend(alert, "TM-AMD-1", subject={**alert["subject"], "passive_means": means})
    assert corridor.open(AZ) == [("TM-ALR-1", "AZ-PAN-1")]
    assert [one.state.value for one in corridor.matches(AZ)] == ["found", "dismissed"]


async def test_alert_of_a_third_authority_is_answered_without_naming_the_notice(stage):
    async with matching(stage) as corridor:
        await corridor.announce(AZ, TM, "AZ-PAN-1")
        await corridor.look_for(UZ, TM, "UZ-ALR-1", BOX)
        (found,) = corridor.matches(TM)
        wish = Wish("PCU-TURKMENBASHI", key="one")
        await desk_of(corridor, TM).confirm(found.id, wish, None, agree)
        await corridor.follow()
        (hit,) = hits_at(corridor, UZ)
        raw = Records(corridor.sides[UZ].node.database).received(TM, hit.id)["document"]
        assert hit.state == "accepted"
        assert b"AZ-PAN-1" not in raw
        assert BOX.encode() not in raw


# What the node's owner asks at the local socket.


def asking(corridor, request):
    side = corridor.sides[AZ]
    return match_requests.act(side.node, side.submitter, request)


def item(corridor, **more):
    return {
        "id": "W-1",
        "subject": {"equipment": [{"identification": BOX}]},
        "valid_from": instant(corridor.now - DAY),
        "valid_until": instant(corridor.now + DAY),
        "reason": "drugs",
        "unit": "PCU-ALYAT",
        **more,
    }


async def test_owner_confirms_at_the_socket(corridor):
    (found,) = corridor.matches(AZ)
    request = {"do": "match", "act": "confirm", "id": found.id, "unit": "PCU-ALYAT"}
    answer = await asking(corridor, request)
    assert (answer["id"], answer["state"]) == (found.id, "confirmed")
    assert answer["hit"] is not None


async def test_owner_confirms_without_telling_at_the_socket(corridor):
    (found,) = corridor.matches(AZ)
    request = {"do": "match", "act": "confirm", "id": found.id, "unit": "PCU-ALYAT", "tell": False}
    assert (await asking(corridor, request))["hit"] is None


async def test_owner_dismisses_at_the_socket(corridor):
    (found,) = corridor.matches(AZ)
    request = {"do": "match", "act": "dismiss", "id": found.id, "reason": "gone"}
    assert (await asking(corridor, request))["state"] == "dismissed"
    assert Matches(corridor.sides[AZ].node.database).get(found.id).reason == "gone"


async def test_owner_writes_and_ends_items_at_the_socket(corridor):
    outcomes = []
    for members in (item(corridor), item(corridor), item(corridor, reason="weapons")):
        request = {"do": "watch", "act": "put", "item": members}
        outcomes.append((await asking(corridor, request))["outcome"])
    outcomes.append((await asking(corridor, {"do": "watch", "act": "end", "id": "W-1"}))["outcome"])
    assert outcomes == ["added", "same", "changed", "ended"]
    kept = WatchList(corridor.sides[AZ].node.database).get("W-1")
    assert (kept.owner, kept.version, kept.is_active) == ("owner", 3, False)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"do": "match"}, "request.unknown"),
        ({"do": "match", "act": "confirm", "id": "x"}, "request.unknown"),
        (
            {"do": "match", "act": "confirm", "id": "x", "unit": "HQ", "office": 1},
            "request.malformed",
        ),
        ({"do": "match", "act": "dismiss", "id": "x", "reason": "tired"}, "match.reason"),
        ({"do": "watch", "act": "put", "item": {}}, "watch.invalid"),
        ({"do": "watch", "act": "end", "id": "none"}, "watch.unknown"),
    ],
)
async def test_request_at_the_socket_that_is_none_is_refused(corridor, request_, code):
    assert await refused(asking(corridor, request_)) == code


async def test_owner_decides_while_no_node_runs(stage):
    async with matching(stage, AZ, TM) as made:
        await made.announce(AZ, TM, "AZ-PAN-1")
        await made.look_for(TM, AZ, "TM-ALR-1", BOX)
        (found,) = made.matches(AZ)
    node = stage.node(AZ)
    try:
        request = {"do": "match", "act": "confirm", "id": found.id, "unit": "PCU-ALYAT"}
        answer = await match_requests.act_alone(node, request)
        assert answer["state"] == "confirmed"
        assert Records(node.database).sent(answer["hit"])["reference"] == found.hit_reference
    finally:
        node.close()
