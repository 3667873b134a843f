"""Webhooks of a running node: in order, signed, each on its own; failures wait, and end in time."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from node.audit.event import Kind
from node.daemon.deliverer import NotTakenError
from node.daemon.webhook_calls import secrets_of
from node.daemon.webhook_courier import deliver_webhooks
from node.daemon.webhook_desk import Wanted, desk_of
from node.errors import OperatorError
from node.gateway.webhook_schedule import FIRST_WAIT_MS, GIVEN_UP_MS
from node.national.entitlement import Concerned
from node.settings import WebhookSettings
from node.store.positions import Positions
from node.store.webhooks import Webhooks, WebhookState
from tests.daemon.hook import LOOPBACK, Hook, Watch, by_hand, couriers, listening, until
from tests.daemon.told import deliver_all, opened, receive, tell
from tests.store.test_visibility import put
from tests.web.test_documents import entries

HOUR_MS = int(timedelta(hours=1).total_seconds() * 1000)


@pytest.fixture
async def served(stage):
    async with opened(stage) as one:
        yield one


@pytest.fixture
async def hook():
    async with listening(Hook()) as one:
        yield one


async def registered(served, hook, *, kinds=(), system="risk-engine", **members):
    await served.add_system(system, **members)
    return await desk_of(served.node).make(system, hook.url, tuple(kinds))


def now_of(served, webhook):
    """Give a webhook as it stands on disk."""
    return Webhooks(served.node.database).get(webhook.id)


def attempts_of(served, webhook):
    """Give the delivery log, oldest first."""
    return list(reversed(Webhooks(served.node.database).attempts(webhook.id, limit=500)))


async def change(served, webhook, **wanted):
    """Change a webhook as its owner does."""
    return await desk_of(served.node).change(
        webhook.system, webhook.id, Wanted(**wanted), lambda _: None
    )


async def test_webhook_is_sent_what_happens_from_then_on_in_order(served, hook):
    await tell(served, 2)
    webhook = await registered(served, hook)
    wanted = await tell(served, 5)
    async with couriers(served, hook):
        await hook.got(5)
        wanted += await tell(served, 2)
        await hook.got(7)
    assert hook.indexes == wanted
    assert [one.outcome for one in attempts_of(served, webhook)][:5] == ["delivered"] * 5


async def test_webhook_is_signed_with_its_secret_and_tells_the_event(served, hook):
    webhook = await registered(served, hook)
    (index,) = await tell(served)
    await deliver_all(by_hand(served, webhook, hook))
    (event,) = hook.verified(secrets_of(webhook, served.world.secret)[0])
    assert event["type"] == "sarbon.message.sealed"
    assert event["id"].endswith(f"/{index}")


async def test_webhook_carries_no_document_and_none_is_recorded_as_given(served, hook):
    webhook = await registered(served, hook)
    await receive(served, document=b'{"secret": "cargo"}')
    await deliver_all(by_hand(served, webhook, hook))
    assert b"cargo" not in hook.requests[0][1]
    assert entries(served, Kind.DOCUMENT_ACCESSED) == []


async def test_webhook_of_kinds_is_sent_only_these(served, hook):
    webhook = await registered(served, hook, kinds=["message.received"])
    await tell(served, 3)
    _, index = await receive(served)
    last = (await tell(served, 2))[-1]
    await deliver_all(by_hand(served, webhook, hook))
    assert hook.indexes == [index]
    assert Positions(served.node.database).of(webhook.system, webhook.door) == last


async def test_webhook_of_a_unit_is_sent_its_events_only(served, hook):
    webhook = await registered(served, hook, units=["PCU-ALYAT"], types=["alert"])
    (mine, at), (other, _) = [await receive(served) for _ in range(2)]
    alert = frozenset({"alert"})
    put(
        served.node.database,
        {
            ("UZ-CC", mine.change.id): Concerned(alert, frozenset({"PCU-ALYAT"})),
            ("UZ-CC", other.change.id): Concerned(alert, frozenset({"PCU-BAKU"})),
        },
    )
    await deliver_all(by_hand(served, webhook, hook))
    assert hook.indexes == [at]


async def test_webhook_that_fails_is_tried_again_later_with_the_same_id(served, hook):
    served.node.clock = clock = Watch(served.node.clock())
    webhook = await registered(served, hook)
    wanted = await tell(served, 2)
    hook.answers = [503, 500]
    deliverer = by_hand(served, webhook, hook)
    for _ in range(2):
        with pytest.raises(NotTakenError) as refused:
            await deliverer.step()
        clock.now += refused.value.again_ms
    await deliver_all(deliverer)
    assert hook.indexes == [wanted[0], wanted[0], wanted[0], wanted[1]]
    ids = [headers["webhook-id"] for headers, _ in hook.requests]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert "." not in ids[0]
    found = [(one.index, one.outcome, one.status) for one in attempts_of(served, webhook)]
    assert found == [
        (wanted[0], "retry", 503),
        (wanted[0], "retry", 500),
        (wanted[0], "delivered", 200),
        (wanted[1], "delivered", 200),
    ]


async def test_webhook_is_not_tried_before_its_time_even_after_a_restart(stage, hook):
    async with opened(stage) as served:
        start = served.node.clock()
        served.node.clock = Watch(start)
        webhook = await registered(served, hook)
        await tell(served)
        hook.answers = [503]
        with pytest.raises(NotTakenError):
            await by_hand(served, webhook, hook).step()
    async with opened(stage) as served:
        served.node.clock = clock = Watch(start + 1)
        deliverer = by_hand(served, webhook, hook)
        with pytest.raises(NotTakenError) as refused:
            await deliverer.step()
        assert FIRST_WAIT_MS / 2 - 1 <= refused.value.again_ms <= FIRST_WAIT_MS
        assert len(hook.requests) == 1
        clock.now += refused.value.again_ms
        await deliver_all(deliverer)
        assert len(hook.requests) == 2


async def test_webhook_that_asks_for_time_is_given_it(served, hook):
    served.node.clock = clock = Watch(served.node.clock())
    webhook = await registered(served, hook)
    await tell(served)
    hook.answers, hook.headers = [429], "retry-after: 3600\r\n"
    with pytest.raises(NotTakenError):
        await by_hand(served, webhook, hook).step()
    assert now_of(served, webhook).again_at == clock.now + HOUR_MS


async def test_webhook_that_recovers_forgets_its_failures(served, hook):
    served.node.clock = clock = Watch(served.node.clock())
    webhook = await registered(served, hook)
    await tell(served)
    hook.answers = [503]
    deliverer = by_hand(served, webhook, hook)
    with pytest.raises(NotTakenError):
        await deliverer.step()
    failing = now_of(served, webhook)
    assert (failing.failures, failing.failing_since) == (1, clock.now)
    assert failing.reason == "answered 503"
    clock.now += HOUR_MS
    await deliver_all(deliverer)
    assert now_of(served, webhook) == webhook


async def test_webhook_that_hangs_is_left_in_time_and_tried_again(served, hook):
    webhook = await registered(served, hook)
    await tell(served)
    hook.hangs = True
    with pytest.raises(NotTakenError):
        await by_hand(served, webhook, hook, deadline_s=0.1).step()
    (attempt,) = attempts_of(served, webhook)
    assert (attempt.outcome, attempt.status) == ("retry", None)


async def test_webhook_whose_target_may_no_longer_be_reached_is_failing(served, hook):
    webhook = await registered(served, hook)
    await tell(served)
    with pytest.raises(NotTakenError):
        await by_hand(served, webhook).step()
    (attempt,) = attempts_of(served, webhook)
    assert (attempt.outcome, attempt.reason) == ("refused", "webhook.port")
    assert hook.requests == []
    assert now_of(served, webhook).failures == 1


async def test_webhook_that_fails_holds_up_no_other(served, hook):
    async with listening(Hook()) as other:
        other.hangs = True
        await registered(served, other, system="terminal")
        await registered(served, hook)
        wanted = await tell(served, 4)
        async with couriers(served, hook, other):
            await other.got(1)
            await hook.got(4)
        assert hook.indexes == wanted


async def test_webhook_whose_receiver_restarts_misses_nothing(served):
    served.node.clock = clock = Watch(served.node.clock())
    hook = Hook()
    async with listening(hook):
        webhook = await registered(served, hook)
        deliverer = by_hand(served, webhook, hook)
        wanted = await tell(served, 2)
        await deliver_all(deliverer)
    wanted += await tell(served, 2)
    with pytest.raises(NotTakenError):
        await deliverer.step()
    clock.now += HOUR_MS
    async with listening(hook):
        await deliver_all(deliverer)
    assert hook.indexes == wanted


async def test_webhook_goes_on_after_the_node_restarts(stage, hook):
    async with opened(stage) as served:
        webhook = await registered(served, hook)
        wanted = await tell(served, 3)
        await deliver_all(by_hand(served, webhook, hook))
        wanted += await tell(served, 3)
    async with opened(stage) as served, couriers(served, hook):
        await hook.got(6)
    assert hook.indexes == wanted


async def test_webhook_that_is_gone_is_disabled_and_that_is_recorded(served, hook):
    webhook = await registered(served, hook)
    await tell(served, 2)
    hook.answers = [410]
    with capture_logs() as logs, pytest.raises(NotTakenError):
        await by_hand(served, webhook, hook).step()
    assert len(hook.requests) == 1
    found = now_of(served, webhook)
    assert (found.state, found.reason) == (WebhookState.DISABLED, "answered 410")
    recorded = {"webhook": webhook.id, "system": "risk-engine", "state": "disabled"}
    assert entries(served, Kind.WEBHOOK_CHANGED)[-1] == recorded
    assert "webhook.disabled" in [line["event"] for line in logs]


async def test_webhook_that_was_disabled_goes_on_where_it_stopped(served, hook):
    webhook = await registered(served, hook)
    hook.answers = [200, 410]
    wanted = await tell(served, 3)
    async with couriers(served, hook):
        await until(lambda: now_of(served, webhook).state is WebhookState.DISABLED)
        wanted += await tell(served, 2)
        await change(served, webhook, is_active=True)
        await hook.got(6)
    assert hook.indexes == [wanted[0], wanted[1], *wanted[1:]]
    assert now_of(served, webhook).state is WebhookState.ACTIVE


async def test_webhook_that_fails_for_three_days_is_disabled(served, hook):
    served.node.clock = clock = Watch(served.node.clock())
    webhook = await registered(served, hook)
    await tell(served)
    hook.answers = [503] * 500
    deliverer, start, tries = by_hand(served, webhook, hook), clock.now, 0
    while now_of(served, webhook).state is WebhookState.ACTIVE:
        with pytest.raises(NotTakenError) as refused:
            await deliverer.step()
        tries += 1
        clock.now += refused.value.again_ms
    assert clock.now - start >= GIVEN_UP_MS
    assert 72 < tries < 200
    assert now_of(served, webhook).reason == "answered 503"


async def test_webhook_that_was_changed_meanwhile_is_not_disabled(served, hook):
    webhook = await registered(served, hook)
    changed = await change(served, webhook, kinds=("message.read",))
    await desk_of(served.node).disable(replace(webhook, failures=9), "answered 410")
    assert now_of(served, webhook) == changed


async def test_webhook_that_is_paused_is_sent_nothing_until_it_is_resumed(served, hook):
    webhook = await registered(served, hook)
    async with couriers(served, hook):
        wanted = await tell(served, 2)
        await hook.got(2)
        await change(served, webhook, is_active=False)
        wanted += await tell(served, 2)
        await change(served, webhook, is_active=True)
        await hook.got(4)
    assert hook.indexes == wanted


async def test_webhook_that_is_paused_keeps_its_place(served, hook):
    webhook = await registered(served, hook)
    deliverer = by_hand(served, webhook, hook)
    wanted = await tell(served, 2)
    await change(served, webhook, is_active=False)
    with pytest.raises(NotTakenError):
        await deliverer.step()
    assert hook.requests == []
    await change(served, webhook, is_active=True)
    await deliver_all(deliverer)
    assert hook.indexes == wanted


async def test_webhook_that_waits_is_tried_at_once_when_it_was_changed(served, hook):
    webhook = await registered(served, hook)
    hook.answers = [503]
    async with listening(Hook()) as other, couriers(served, hook, other):
        (index,) = await tell(served)
        await until(lambda: now_of(served, webhook).failures)
        await change(served, webhook, url=other.url)
        await other.got(1)
        assert other.indexes == [index]


async def test_webhook_that_was_not_changed_goes_on_as_it_was(served, hook):
    webhook = await registered(served, hook)
    async with listening(Hook()) as other, couriers(served, hook, other):
        await desk_of(served.node).make("risk-engine", other.url, ())
        wanted = await tell(served, 1)
        await change(served, webhook, kinds=("match.found",))
        wanted += await tell(served, 1)
        await other.got(2)
        assert other.indexes == wanted


async def test_webhook_that_is_made_while_the_node_runs_is_told_at_once(served, hook):
    async with couriers(served, hook):
        await registered(served, hook)
        wanted = await tell(served, 2)
        await hook.got(2)
    assert hook.indexes == wanted


async def test_webhook_that_is_deleted_is_told_nothing_more(served, hook):
    webhook = await registered(served, hook)
    async with listening(Hook()) as other, couriers(served, hook, other):
        await tell(served, 1)
        await hook.got(1)
        await desk_of(served.node).remove("risk-engine", webhook.id, lambda _: None)
        await desk_of(served.node).make("risk-engine", other.url, ())
        await tell(served, 2)
        await other.got(2)
        assert len(hook.requests) == 1
        assert Positions(served.node.database).of("risk-engine", webhook.door) is None


async def test_webhook_is_told_again_from_where_it_is_set_back(served, hook):
    webhook = await registered(served, hook)
    async with couriers(served, hook):
        wanted = await tell(served, 5)
        await hook.got(5)
        await until(
            lambda: Positions(served.node.database).of(webhook.system, webhook.door) == wanted[-1]
        )
        await desk_of(served.node).replay("risk-engine", webhook.id, wanted[2])
        await hook.got(8)
    assert hook.indexes == wanted + wanted[2:]


async def test_webhook_with_a_new_secret_is_signed_with_the_one_before_too(served, hook):
    webhook = await registered(served, hook)
    desk, master = desk_of(served.node), served.world.secret
    second = await desk.rotate("risk-engine", webhook.id, lambda _: None)
    third = await desk.rotate("risk-engine", webhook.id, lambda _: None)
    await tell(served)
    await deliver_all(by_hand(served, webhook, hook))
    assert hook.verified(secrets_of(third, master)[0])
    assert hook.verified(secrets_of(second, master)[0])
    with pytest.raises(Exception, match="No matching signature"):
        hook.verified(secrets_of(webhook, master)[0])


async def test_couriers_end_with_the_fault_that_ended_one_of_them(served, hook):
    webhook = await registered(served, hook)
    async with couriers(served, hook) as task:
        await tell(served)
        await hook.got(1)
        with served.node.database.writing() as connection:
            connection.exec_driver_sql("DROP TABLE system")
        await change(served, webhook, kinds=())
        await asyncio.wait([task], timeout=20)
        assert isinstance(task.exception(), OperatorError)


async def test_door_of_webhooks_delivers_by_the_settings_until_it_is_cancelled(served, hook):
    node = served.node
    allowed = WebhookSettings(networks=(LOOPBACK,), ports=(hook.port,), plain_http=True)
    node.settings = node.settings.model_copy(update={"webhooks": allowed})
    await registered(served, hook)
    door = asyncio.create_task(deliver_webhooks(served.supervisor))
    wanted = await tell(served, 2)
    await hook.got(2)
    door.cancel()
    (outcome,) = await asyncio.gather(door, return_exceptions=True)
    assert isinstance(outcome, asyncio.CancelledError)
    assert hook.indexes == wanted
