"""Events as the API describes them.

Responsible for their models and for the names of their kinds. Must not read any.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from node.national.event import FEED_KINDS
from node.store.feed import MAX_PAGE
from node.web.queries import Parameters

MAX_WAIT_SECONDS: Final = 60
MAX_POSITION: Final = 2**53 - 1


def _check_kind(name: str) -> str:
    if name not in FEED_KINDS:
        raise ValueError("no event has this kind")
    return name


EventKind = Annotated[
    str,
    AfterValidator(_check_kind),
    WithJsonSchema({"type": "string", "enum": sorted(FEED_KINDS)}),
]


class EventQuery(Parameters):
    """What a reader of the feed can ask for."""

    after: int | None = Field(
        default=None,
        ge=-1,
        le=MAX_POSITION,
        description="`position` so far; absent or -1: from the beginning",
    )
    kinds: list[EventKind] = Field(
        default=[],
        max_length=len(FEED_KINDS),
        description="only events of these kinds; may be repeated; none: all",
    )
    wait: float = Field(
        default=0,
        ge=0,
        le=MAX_WAIT_SECONDS,
        description="seconds to wait if there is nothing; a stream always does",
    )
    limit: int = Field(
        default=100, ge=1, le=MAX_PAGE, description="how many at most; a stream has no end"
    )


class EventMessage(BaseModel):
    """The message that an event is about, without its content."""

    model_config = ConfigDict(extra="forbid")

    id: str
    originator: str = Field(description="authority id")
    type: str = Field(description="type and edition")
    reference: str
    version: int
    direction: str = Field(description="sent or received")


class EventData(BaseModel):
    """What an event says: the message, and the members of the entry in the log."""

    model_config = ConfigDict(extra="allow")

    message: EventMessage


class CloudEvent(BaseModel):
    """An event (CloudEvents 1.0)."""

    model_config = ConfigDict(extra="forbid")

    specversion: str
    id: str = Field(description="origin of the node's log, and the number of the entry in it")
    source: str
    type: str = Field(description="sarbon. and the kind")
    time: str
    subject: str = Field(description="originator and id of the message")
    datacontenttype: str
    sequence: str = Field(description="the number of the entry, with leading zeros")
    data: EventData


class EventPage(BaseModel):
    """Events in the order of the log."""

    model_config = ConfigDict(extra="forbid")

    events: list[CloudEvent]
    position: int = Field(description="`after` of the next poll, also when there were no events")


class FeedPosition(BaseModel):
    """Where the feed is now."""

    model_config = ConfigDict(extra="forbid")

    position: int = Field(description="of the newest entry; `after` it comes what is not there yet")
