"""The desk of webhooks: one act after the other, each recorded, none on what is no longer so."""

import asyncio
from dataclasses import replace

import pytest

from node.audit.event import Kind
from node.daemon.webhook_desk import MOST, Wanted, desk_of
from node.errors import CallerError
from node.store.journal import Batch
from node.store.positions import Positions
from node.store.webhooks import PutProgress, Webhooks, WebhookState
from tests.daemon.told import opened, tell
from tests.web.test_documents import entries

URL = "https://risk.example/events"


@pytest.fixture
async def served(stage):
    async with opened(stage) as one:
        yield one


@pytest.fixture
def desk(served):
    return desk_of(served.node)


def anything(_webhook):
    """Let every change pass."""


def recorded(served):
    return entries(served, Kind.WEBHOOK_CHANGED)


def test_desk_of_a_node_is_one(served, desk):
    assert desk_of(served.node) is desk


async def test_made_webhook_is_on_disk_and_recorded(served, desk):
    made = await desk.make("risk-engine", URL, ("match.found",))
    assert Webhooks(served.node.database).get(made.id) == made
    by = {"webhook": made.id, "system": "risk-engine", "state": "active", "by": "risk-engine"}
    assert recorded(served) == [by]


async def test_made_webhook_begins_at_its_own_entry(served, desk):
    await tell(served, 3)
    made = await desk.make("risk-engine", URL, ())
    (next_,) = await tell(served)
    assert Positions(served.node.database).of("risk-engine", made.door) == next_ - 1


async def test_second_webhook_to_one_url_is_refused(desk):
    await desk.make("risk-engine", URL, ())
    with pytest.raises(CallerError, match="goes there already"):
        await desk.make("risk-engine", URL, ("match.found",))


async def test_webhook_to_the_url_of_another_system_is_its_own(desk):
    await desk.make("risk-engine", URL, ())
    assert (await desk.make("terminal", URL, ())).system == "terminal"


async def test_webhooks_beyond_the_most_are_refused(desk):
    for number in range(MOST):
        await desk.make("risk-engine", f"{URL}/{number}", ())
    with pytest.raises(CallerError) as refused:
        await desk.make("risk-engine", URL, ())
    assert refused.value.code == "webhook.many"


async def test_webhooks_made_at_once_to_one_url_are_one(served, desk):
    made = await asyncio.gather(
        *(desk.make("risk-engine", URL, ()) for _ in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, CallerError) for one in made) == 4
    assert len(recorded(served)) == 1


@pytest.mark.parametrize(
    ("wanted", "members"),
    [
        (Wanted(), {}),
        (Wanted(url=URL), {}),
        (Wanted(url=URL + "/2"), {"url": URL + "/2"}),
        (Wanted(kinds=("match.found",)), {"kinds": ("match.found",)}),
        (Wanted(is_active=False), {"state": WebhookState.PAUSED}),
        (Wanted(is_active=True), {}),
    ],
)
async def test_change_changes_what_is_wanted_and_is_recorded(served, desk, wanted, members):
    made = await desk.make("risk-engine", URL, ())
    changed = await desk.change("risk-engine", made.id, wanted, anything)
    assert replace(changed, changed_at=0) == replace(made, changed_at=0, **members)
    assert changed.changed_at > made.changed_at
    assert Webhooks(served.node.database).get(made.id) == changed
    assert recorded(served)[-1]["state"] == changed.state


async def test_change_to_the_url_of_another_webhook_is_refused(desk):
    await desk.make("risk-engine", URL, ())
    other = await desk.make("risk-engine", URL + "/2", ())
    with pytest.raises(CallerError) as refused:
        await desk.change("risk-engine", other.id, Wanted(url=URL), anything)
    assert refused.value.code == "webhook.exists"


async def test_change_gives_a_failing_webhook_a_new_chance(served, desk):
    made = await desk.make("risk-engine", URL, ())
    failing = replace(made, failures=3, failing_since=1, again_at=2, reason="no connection")
    await served.node.committer.commit(Batch(records=[PutProgress(failing)]))
    changed = await desk.change("risk-engine", made.id, Wanted(), anything)
    assert replace(changed, changed_at=made.changed_at) == made


async def test_disabled_webhook_keeps_its_reason_until_it_is_active_again(desk):
    made = await desk.make("risk-engine", URL, ())
    await desk.disable(made, "answered 410")
    still = await desk.change("risk-engine", made.id, Wanted(kinds=("match.found",)), anything)
    assert (still.state, still.reason) == (WebhookState.DISABLED, "answered 410")
    active = await desk.change("risk-engine", made.id, Wanted(is_active=True), anything)
    assert (active.state, active.reason) == (WebhookState.ACTIVE, None)


@pytest.mark.parametrize("act", ["change", "rotate", "remove", "replay"])
@pytest.mark.parametrize("whose", ["terminal", "nobody"])
async def test_act_on_a_webhook_of_another_system_is_refused_as_unknown(served, desk, act, whose):
    made = await desk.make("risk-engine", URL, ())
    more = {"change": (Wanted(), anything), "replay": (0,)}.get(act, (anything,))
    with pytest.raises(CallerError) as refused:
        await getattr(desk, act)(whose, made.id, *more)
    assert refused.value.code == "webhook.unknown"
    assert len(recorded(served)) == 1


@pytest.mark.parametrize("act", ["change", "rotate", "remove"])
async def test_act_that_is_not_meant_for_what_is_there_changes_nothing(served, desk, act):
    made = await desk.make("risk-engine", URL, ())

    def refuse(webhook):
        assert webhook == made
        raise CallerError("precondition.failed", "it has changed")

    more = (Wanted(is_active=False), refuse) if act == "change" else (refuse,)
    with pytest.raises(CallerError, match="it has changed"):
        await getattr(desk, act)("risk-engine", made.id, *more)
    assert Webhooks(served.node.database).get(made.id) == made


async def test_rotated_webhook_has_the_next_generation(desk):
    made = await desk.make("risk-engine", URL, ())
    assert (await desk.rotate("risk-engine", made.id, anything)).generation == 2


async def test_removed_webhook_is_gone_and_that_is_recorded(served, desk):
    made = await desk.make("risk-engine", URL, ())
    await desk.remove("risk-engine", made.id, anything)
    assert Webhooks(served.node.database).get(made.id) is None
    assert Positions(served.node.database).of("risk-engine", made.door) is None
    assert recorded(served)[-1]["state"] == "deleted"


async def test_replay_of_what_was_not_delivered_is_refused(served, desk):
    made = await desk.make("risk-engine", URL, ())
    (later,) = await tell(served)
    with pytest.raises(CallerError) as refused:
        await desk.replay("risk-engine", made.id, later)
    assert refused.value.code == "position.beyond"


async def test_replay_sets_the_position_before_the_first_event_wanted(served, desk):
    made = await desk.make("risk-engine", URL, ())
    assert await desk.replay("risk-engine", made.id, 2) == 1
    assert Positions(served.node.database).of("risk-engine", made.door) == 1


async def test_disable_of_a_webhook_that_was_deleted_records_nothing(served, desk):
    made = await desk.make("risk-engine", URL, ())
    await desk.remove("risk-engine", made.id, anything)
    await desk.disable(made, "answered 410")
    assert recorded(served)[-1]["state"] == "deleted"
