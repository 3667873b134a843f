"""Events and webhooks.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from pydantic import ConfigDict, Field

from node.client.models.base import Model


class EventMessage(Model):
    """The message that an event is about, without its content."""

    id: str
    originator: str
    type: str
    reference: str
    version: int
    direction: str


class EventData(Model):
    """What an event says: the message, and the members of the entry in the log."""

    model_config = ConfigDict(extra="allow")

    message: EventMessage


class CloudEvent(Model):
    """An event (CloudEvents 1.0)."""

    specversion: str
    id: str
    source: str
    type: str
    time: str
    subject: str
    datacontenttype: str
    sequence: str
    data: EventData


class EventPage(Model):
    """Events in the order of the log."""

    events: tuple[CloudEvent, ...]
    position: int


class FeedPosition(Model):
    """Where the feed is now."""

    position: int


class Webhook(Model):
    """Where events are sent."""

    id: str
    url: str
    kinds: tuple[str, ...]
    state: str
    reason: str | None
    made_at: str
    changed_at: str


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown only now."""

    secret: str = Field(repr=False)


class WebhookAttempt(Model):
    """One try to deliver an event."""

    at: str
    event: int | None
    outcome: str
    status: int | None
    milliseconds: int
    reason: str


class WebhookProgress(Model):
    """How deliveries go."""

    position: int
    behind: int
    failures: int
    failing_since: str | None
    next_try_at: str | None
    reason: str | None
