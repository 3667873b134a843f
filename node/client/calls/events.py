"""Requests about events and webhooks.

Responsible for their parameters. Must not follow events (`follow_events`).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal, TypedDict, Unpack

from node.client.call import Call, change, get, get_page, given, nothing, path
from node.client.models.base import Page
from node.client.models.events import (
    EventPage,
    FeedPosition,
    Webhook,
    WebhookAttempt,
    WebhookProgress,
    WebhookWithSecret,
)

STREAM: Final = "text/event-stream"


class WebhookMembers(TypedDict, total=False):
    """What can be changed of a webhook; what is left out stays."""

    url: str
    kinds: Sequence[str]
    state: Literal["active", "paused"]


def event_position() -> Call[FeedPosition]:
    """Ask where the feed is now: `after` it, only what is new is told."""
    return get("/events/position", FeedPosition)


def event_page(
    *, after: int = -1, kinds: Sequence[str] = (), wait: float | None = None, limit: int | None = None
) -> Call[EventPage]:
    """Read events after a position, at most one page.

    Args:
        after: `position` of the page before; -1: from the beginning.
        kinds: only these; none: all.
        wait: seconds to wait for something to be told.
        limit: how many at most.
    """
    call = get("/events", EventPage, after=after, kinds=kinds, wait=wait, limit=limit)
    return replace(call, patience=wait or 0.0)


def event_stream(*, after: int = -1, kinds: Sequence[str] = ()) -> Call[None]:
    """Describe opening a stream of events; its answer is read while it comes."""
    call = event_page(after=after, kinds=kinds)
    headers = {"Accept": STREAM, "Last-Event-ID": str(after)}
    query = tuple(one for one in call.query if one[0] != "after")
    return Call("GET", call.path, nothing, query, headers)


def webhooks() -> Call[Page[Webhook]]:
    """List the webhooks of this system."""
    return get_page("/webhooks", Webhook)


def webhook(webhook_id: str) -> Call[Webhook]:
    """Read a webhook."""
    return get(path("/webhooks/{}", webhook_id), Webhook)


def make_webhook(url: str, *, kinds: Sequence[str] | None = None) -> Call[WebhookWithSecret]:
    """Make a webhook; the answer is the only one that shows its secret."""
    return change("POST", "/webhooks", WebhookWithSecret, given(url=url, kinds=kinds))


def change_webhook(
    webhook: Webhook, *, etag: str | None = None, **members: Unpack[WebhookMembers]
) -> Call[Webhook]:
    """Change, pause or resume a webhook as it was read."""
    place = path("/webhooks/{}", webhook.id)
    return change("PATCH", place, Webhook, given(**members), etag=etag or webhook.etag or "*")


def delete_webhook(webhook: Webhook, *, etag: str | None = None) -> Call[None]:
    """Remove a webhook."""
    place = path("/webhooks/{}", webhook.id)
    headers = {"If-Match": etag or webhook.etag or "*"}
    return Call("DELETE", place, nothing, headers=headers, repeatable=False)


def rotate_webhook_secret(webhook: Webhook, *, etag: str | None = None) -> Call[WebhookWithSecret]:
    """Give a webhook a new secret; the one before signs beside it until the next rotation."""
    place = path("/webhooks/{}/rotate", webhook.id)
    return change("POST", place, WebhookWithSecret, etag=etag or webhook.etag or "*")


def try_webhook(webhook_id: str) -> Call[WebhookAttempt]:
    """Let the node send one event to a webhook, to see whether it arrives."""
    return change("POST", path("/webhooks/{}/test", webhook_id), WebhookAttempt)


def webhook_progress(webhook_id: str) -> Call[WebhookProgress]:
    """Ask how far the deliveries of a webhook are."""
    return get(path("/webhooks/{}/progress", webhook_id), WebhookProgress)


def webhook_attempts(webhook_id: str, *, limit: int | None = None) -> Call[Page[WebhookAttempt]]:
    """List the last tries to deliver."""
    return get_page(path("/webhooks/{}/attempts", webhook_id), WebhookAttempt, limit=limit)


def replay_webhook(webhook_id: str, first: int) -> Call[WebhookProgress]:
    """Let a webhook be told everything again from the event of a number on."""
    return change("POST", path("/webhooks/{}/replay", webhook_id), WebhookProgress, {"from": first})
