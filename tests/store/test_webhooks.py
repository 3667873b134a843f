"""Webhooks on the disk: as written; progress only on what was read; the newest attempts."""

from dataclasses import replace

import pytest

from node.store import webhooks as module
from node.store.webhooks import (
    DropWebhook,
    LoggedAttempt,
    PutAttempt,
    PutProgress,
    PutWebhook,
    Webhook,
    Webhooks,
    WebhookState,
)
from tests.store.conftest import NOW

FIRST = Webhook(
    id="11111111-1111-4111-8111-111111111111",
    system="risk-engine",
    url="https://risk.example/events",
    kinds=("match.found", "message.received"),
    state=WebhookState.ACTIVE,
    generation=1,
    made_at=NOW,
    changed_at=NOW,
)
SECOND = replace(FIRST, id="22222222-2222-4222-8222-222222222222", made_at=NOW + 1, kinds=())


def attempt(index, webhook=FIRST, **members):
    values = {"outcome": "retry", "status": 503, "milliseconds": 12, "reason": "answered 503"}
    return LoggedAttempt(webhook=webhook.id, index=index, at=NOW + index, **{**values, **members})


@pytest.fixture
def webhooks(database):
    return Webhooks(database)


def test_webhook_is_read_as_it_was_written(webhooks, commit):
    failing = replace(FIRST, failing_since=NOW, again_at=NOW + 5, failures=2, reason="answered 503")
    commit(records=[PutWebhook(failing)])
    assert webhooks.get(FIRST.id) == failing


def test_webhook_that_is_not_there_is_none(webhooks):
    assert webhooks.get(FIRST.id) is None


def test_webhook_written_again_is_replaced(webhooks, commit):
    commit(records=[PutWebhook(FIRST)])
    changed = replace(FIRST, url="https://other.example/", generation=2, changed_at=NOW + 1)
    commit(records=[PutWebhook(changed)])
    assert webhooks.of_system("risk-engine") == [changed]


def test_webhooks_of_a_system_are_its_own_oldest_first(webhooks, commit):
    other = replace(SECOND, id="33333333-3333-4333-8333-333333333333", system="terminal")
    commit(records=[PutWebhook(SECOND), PutWebhook(FIRST), PutWebhook(other)])
    assert webhooks.of_system("risk-engine") == [FIRST, SECOND]


@pytest.mark.parametrize("state", [WebhookState.PAUSED, WebhookState.DISABLED])
def test_webhook_that_is_not_active_is_not_among_the_active(webhooks, commit, state):
    commit(records=[PutWebhook(replace(FIRST, state=state)), PutWebhook(SECOND)])
    assert webhooks.active() == [SECOND]


def test_progress_of_the_webhook_that_was_read_is_written(webhooks, commit):
    commit(records=[PutWebhook(FIRST)])
    failing = replace(FIRST, failing_since=NOW, again_at=NOW + 5, failures=1, reason="no connection")
    commit(records=[PutProgress(failing)])
    assert webhooks.get(FIRST.id) == failing


def test_progress_of_a_webhook_that_was_changed_meanwhile_is_not_written(webhooks, commit):
    changed = replace(FIRST, url="https://other.example/", changed_at=NOW + 1)
    commit(records=[PutWebhook(changed)])
    commit(records=[PutProgress(replace(FIRST, failures=57, failing_since=1))])
    assert webhooks.get(FIRST.id) == changed


def test_attempts_are_read_newest_first_page_by_page(webhooks, commit):
    commit(records=[PutAttempt(attempt(index)) for index in range(5)])
    commit(records=[PutAttempt(attempt(9, SECOND))])
    newest = webhooks.attempts(FIRST.id, limit=2)
    older = webhooks.attempts(FIRST.id, limit=9, before=newest[-1].number)
    assert [one.index for one in newest] == [4, 3]
    assert [one.index for one in older] == [2, 1, 0]


def test_attempt_is_read_as_it_was_written(webhooks, commit):
    commit(records=[PutAttempt(attempt(3, status=None, reason="no connection"))])
    (found,) = webhooks.attempts(FIRST.id, limit=9)
    assert replace(found, number=None) == attempt(3, status=None, reason="no connection")


def test_attempts_beyond_those_kept_are_forgotten_oldest_first(webhooks, commit, monkeypatch):
    monkeypatch.setattr(module, "KEPT_ATTEMPTS", 3)
    commit(records=[PutAttempt(attempt(7, SECOND)), *(PutAttempt(attempt(n)) for n in range(5))])
    assert [one.index for one in webhooks.attempts(FIRST.id, limit=9)] == [4, 3, 2]
    assert [one.index for one in webhooks.attempts(SECOND.id, limit=9)] == [7]


def test_dropped_webhook_takes_its_attempts_along(webhooks, commit):
    kept = PutAttempt(attempt(2, SECOND))
    commit(records=[PutWebhook(FIRST), PutWebhook(SECOND), PutAttempt(attempt(1)), kept])
    commit(records=[DropWebhook(FIRST.id)])
    assert webhooks.get(FIRST.id) is None
    assert webhooks.attempts(FIRST.id, limit=9) == []
    assert len(webhooks.attempts(SECOND.id, limit=9)) == 1
