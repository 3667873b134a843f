"""Webhooks and the log of their deliveries, on the disk.

Responsible for reading them, and for the records that write them with a batch. Must not send anything,
and holds no secret: it is derived from the webhook's id and generation (`store.master_secret`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from node.store.database import Database
from node.store.national_tables import attempt as attempt_table
from node.store.national_tables import webhook as webhook_table

KEPT_ATTEMPTS: Final = 1000  # newest, of each webhook
MAX_REASON: Final = 128  # characters
DOOR: Final = "webhook"
TEST: Final = -1  # in place of an index: an attempt that its owner asked for

_WEBHOOK, _ATTEMPT = webhook_table.c, attempt_table.c


class WebhookState(StrEnum):
    """Whether events are sent."""

    ACTIVE = "active"
    PAUSED = "paused"  # by its owner
    DISABLED = "disabled"  # by us, after the receiver refused for good


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a system wants events to be sent.

    Attributes:
        kinds: of the events it wants, as in the log: `message.received`; empty: all.
        generation: of its secret.
        made_at: Unix ms.
        changed_at: Unix ms; a delivery that was under way when it changed changes nothing any more.
        failing_since: Unix ms of the first failure since the last success.
        again_at: Unix ms; not tried before.
        failures: in a row.
        reason: of the last failure, or why it is disabled.
    """

    id: str
    system: str
    url: str
    kinds: tuple[str, ...]
    state: WebhookState
    generation: int
    made_at: int
    changed_at: int
    failing_since: int | None = None
    again_at: int | None = None
    failures: int = 0
    reason: str | None = None

    @property
    def door(self) -> str:
        """Its name among the doors of its system."""
        return f"{DOOR}/{self.id}"


@dataclass(frozen=True, slots=True)
class LoggedAttempt:
    """One line of the delivery log.

    Attributes:
        number: rising; None until it is written.
        index: of the event, or `TEST`.
        at: Unix ms when it began.
        outcome: delivered, gone, retry or refused.
        status: of HTTP, if there was an answer.
    """

    webhook: str
    index: int
    at: int
    outcome: str
    status: int | None
    milliseconds: int
    reason: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class PutWebhook:
    """Write a webhook, new or changed."""

    webhook: Webhook

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.webhook
        row = {
            "id": one.id,
            "system": one.system,
            "url": one.url,
            "kinds": json.dumps(one.kinds),
            "state": one.state.value,
            "generation": one.generation,
            "made_at": one.made_at,
            "changed_at": one.changed_at,
            "failing_since": one.failing_since,
            "again_at": one.again_at,
            "failures": one.failures,
            "reason": one.reason,
        }
        connection.execute(webhook_table.insert().prefix_with("OR REPLACE"), row)


@dataclass(frozen=True, slots=True)
class PutProgress:
    """Write how deliveries to a webhook go, unless it was changed since it was read."""

    webhook: Webhook

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.webhook
        same = (_WEBHOOK.id == one.id) & (_WEBHOOK.changed_at == one.changed_at)
        values = {
            "failing_since": one.failing_since,
            "again_at": one.again_at,
            "failures": one.failures,
            "reason": one.reason,
        }
        connection.execute(update(webhook_table).where(same).values(values))


@dataclass(frozen=True, slots=True)
class DropWebhook:
    """Delete a webhook with its delivery log."""

    id: str

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        connection.execute(delete(webhook_table).where(_WEBHOOK.id == self.id))
        connection.execute(delete(attempt_table).where(_ATTEMPT.webhook == self.id))


@dataclass(frozen=True, slots=True)
class PutAttempt:
    """Write a line of the delivery log; of each webhook the newest are kept."""

    attempt: LoggedAttempt

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.attempt
        row = {
            "webhook": one.webhook,
            "idx": one.index,
            "at": one.at,
            "outcome": one.outcome,
            "status": one.status,
            "milliseconds": one.milliseconds,
            "reason": one.reason,
        }
        connection.execute(attempt_table.insert(), row)
        of_webhook = _ATTEMPT.webhook == one.webhook
        oldest_kept = (
            select(_ATTEMPT.number)
            .where(of_webhook)
            .order_by(_ATTEMPT.number.desc())
            .offset(KEPT_ATTEMPTS - 1)
            .limit(1)
            .scalar_subquery()
        )
        connection.execute(delete(attempt_table).where(of_webhook, _ATTEMPT.number < oldest_kept))


class Webhooks:
    """Read side of webhooks."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, webhook_id: str) -> Webhook | None:
        """Give a webhook."""
        query = select(webhook_table).where(_WEBHOOK.id == webhook_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _webhook(row) if row else None

    def of_system(self, system: str) -> list[Webhook]:
        """Give the webhooks of a system, oldest first."""
        query = (
            select(webhook_table)
            .where(_WEBHOOK.system == system)
            .order_by(_WEBHOOK.made_at, _WEBHOOK.id)
        )
        with self._database.reading() as connection:
            return [_webhook(row) for row in connection.execute(query)]

    def active(self) -> list[Webhook]:
        """Give the webhooks to which events are sent."""
        query = select(webhook_table).where(_WEBHOOK.state == WebhookState.ACTIVE.value)
        with self._database.reading() as connection:
            return [_webhook(row) for row in connection.execute(query)]

    def attempts(
        self, webhook_id: str, *, limit: int, before: int | None = None
    ) -> Sequence[LoggedAttempt]:
        """Give the delivery log, newest first.

        Args:
            webhook_id: of which webhook.
            limit: how many lines at most.
            before: the number of the last line that was read.
        """
        query = (
            select(attempt_table)
            .where(_ATTEMPT.webhook == webhook_id)
            .order_by(_ATTEMPT.number.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(_ATTEMPT.number < before)
        with self._database.reading() as connection:
            return [_attempt(row) for row in connection.execute(query)]


def _webhook(row: Any) -> Webhook:
    return Webhook(
        id=row.id,
        system=row.system,
        url=row.url,
        kinds=tuple(json.loads(row.kinds)),
        state=WebhookState(row.state),
        generation=row.generation,
        made_at=row.made_at,
        changed_at=row.changed_at,
        failing_since=row.failing_since,
        again_at=row.again_at,
        failures=row.failures,
        reason=row.reason,
    )


def _attempt(row: Any) -> LoggedAttempt:
    return LoggedAttempt(
        webhook=row.webhook,
        index=row.idx,
        at=row.at,
        outcome=row.outcome,
        status=row.status,
        milliseconds=row.milliseconds,
        reason=row.reason or "",
        number=row.number,
    )
