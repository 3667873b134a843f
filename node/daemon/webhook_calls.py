"""The calls that carry events to webhooks: where, signed by which secrets, and their lines in the log.

Responsible for putting a call together and for the one that a webhook's owner asks for to try it out.
Must not draw conclusions from an attempt (`webhook_courier`).
"""

import uuid
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from node.daemon.node import Node
from node.gateway.webhook import Call, WebhookSender
from node.gateway.webhook_outcome import Attempt
from node.gateway.webhook_signature import make_secret
from node.gateway.webhook_target import TargetRules
from node.national.event import TYPE_PREFIX
from node.settings import WebhookSettings
from node.store.journal import Batch
from node.store.master_secret import MasterSecret
from node.store.webhooks import MAX_REASON, TEST, LoggedAttempt, PutAttempt, Webhook

TEST_TYPE: Final = TYPE_PREFIX + "webhook.test"


def make_sender(node: Node) -> WebhookSender:
    """Make a sender by the node's settings.

    Raises:
        OperatorError: `webhook.ca_file`.
    """
    settings = node.settings.webhooks
    return WebhookSender(rules_of(settings), node.clock, ca_file=settings.ca_file)


def rules_of(settings: WebhookSettings) -> TargetRules:
    """Give what the operator's settings allow."""
    return TargetRules(
        networks=settings.networks,
        ports=frozenset(settings.ports),
        plain_http=settings.plain_http,
    )


def secrets_of(webhook: Webhook, master: MasterSecret) -> tuple[str, ...]:
    """Derive the secrets by which deliveries are signed: the one in force, and the one before it.

    The one before lets a receiver change over without a gap; it proves nothing to whoever holds only
    the new one.
    """
    newest = webhook.generation
    generations = range(newest, max(newest - 2, 0), -1)
    return tuple(make_secret(master.derive("webhook", webhook.id, str(one))) for one in generations)


def call_of(webhook: Webhook, master: MasterSecret, index: int | str, event: object) -> Call:
    """Make the call that carries an event; its id is the same at each try of the same event."""
    return Call(
        url=webhook.url,
        secrets=secrets_of(webhook, master),
        event_id=f"msg_{webhook.id}_{index}",
        body=orjson.dumps(event),
    )


def logged_as(webhook: Webhook, index: int, at: int, attempt: Attempt) -> LoggedAttempt:
    """Write an attempt as a line of the delivery log."""
    return LoggedAttempt(
        webhook=webhook.id,
        index=index,
        at=at,
        outcome=attempt.outcome.value,
        status=attempt.status,
        milliseconds=attempt.milliseconds,
        reason=attempt.reason[:MAX_REASON],
    )


async def try_out(
    node: Node, sender: WebhookSender, master: MasterSecret, webhook: Webhook
) -> LoggedAttempt:
    """Send an event that says nothing, at once, whatever the webhook's state; gives what came of it."""
    now = node.clock()
    call = call_of(webhook, master, f"test_{uuid.uuid4().hex}", _test_event(node, webhook, now))
    logged = logged_as(webhook, TEST, now, await sender.send(call))
    await node.committer.commit(Batch(records=[PutAttempt(logged)]))
    return logged


def _test_event(node: Node, webhook: Webhook, now: int) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"{node.settings.origin}/test/{uuid.uuid4()}",
        "source": f"urn:sarbon:{node.authority}",
        "type": TEST_TYPE,
        "time": datetime.fromtimestamp(now // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "subject": webhook.id,
        "datacontenttype": "application/json",
        "data": {"webhook": webhook.id},
    }
