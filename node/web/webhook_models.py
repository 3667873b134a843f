"""Webhooks as the API describes them.

Responsible for their models, and for showing what the store holds in them. Must not show a secret that
is not asked for.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from node.gateway.webhook_target import MAX_URL
from node.national.event import FEED_KINDS
from node.store import webhooks as stored
from node.store.webhooks import TEST, LoggedAttempt
from node.web.event_models import EventKind
from node.web.times import written

Url = Annotated[str, Field(min_length=1, max_length=MAX_URL, description="https://…")]
Kinds = Annotated[
    list[EventKind],
    Field(max_length=len(FEED_KINDS), description="of the events that are wanted; empty: all"),
]


class NewWebhook(BaseModel):
    """A webhook that is wanted."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    kinds: Kinds = []


class WebhookChange(BaseModel):
    """What is to change; what is absent stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    kinds: Kinds | None = None
    state: Literal["active", "paused"] | None = None


class Webhook(BaseModel):
    """Where events are sent."""

    model_config = ConfigDict(extra="forbid")

    id: str
    url: str
    kinds: list[str] = Field(description="empty: all")
    state: Literal["active", "paused", "disabled"] = Field(
        description="disabled: the receiver refused for good; set it active to go on where it stopped"
    )
    reason: str | None = Field(description="why it is disabled")
    made_at: str
    changed_at: str

    @classmethod
    def of(cls, one: stored.Webhook) -> Self:
        """Show a webhook."""
        is_disabled = one.state is stored.WebhookState.DISABLED
        return cls(
            id=one.id,
            url=one.url,
            kinds=list(one.kinds),
            state=one.state.value,
            reason=one.reason if is_disabled else None,
            made_at=written(one.made_at),
            changed_at=written(one.changed_at),
        )


class WebhookWithSecret(Webhook):
    """A webhook with its secret, which is shown only now."""

    secret: str = Field(description="whsec_…, by which deliveries are signed (Standard Webhooks 1.0)")


class WebhookAttempt(BaseModel):
    """One try to deliver an event."""

    model_config = ConfigDict(extra="forbid")

    at: str
    event: int | None = Field(description="number of the event; null: a test")
    outcome: Literal["delivered", "retry", "refused", "gone"] = Field(
        description="refused: the target may not be reached; gone: the receiver answered 410"
    )
    status: int | None = Field(description="of HTTP; null: no answer")
    milliseconds: int
    reason: str

    @classmethod
    def of(cls, one: LoggedAttempt) -> Self:
        """Show a line of the delivery log."""
        return cls(
            at=written(one.at),
            event=None if one.index == TEST else one.index,
            outcome=one.outcome,
            status=one.status,
            milliseconds=one.milliseconds,
            reason=one.reason,
        )


class WebhookProgress(BaseModel):
    """How deliveries go."""

    model_config = ConfigDict(extra="forbid")

    position: int = Field(description="number of the last entry told")
    behind: int = Field(description="entries of the log after it, told to this system or not")
    failures: int = Field(description="in a row")
    failing_since: str | None
    next_try_at: str | None
    reason: str | None = Field(description="of the last failure")


class Replay(BaseModel):
    """From where to tell again."""

    model_config = ConfigDict(extra="forbid")

    first: int = Field(alias="from", ge=0, description="number of the first event to be told again")
