"""The record of one message: what is known of it, without its content.

Responsible for putting together what the manifest, the receipts and our own log say. Must not show a
word of the document, and must not verify (`verification`).
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.audit.event import reread_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u
from node.message.concern import OURS
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.particulars import Particulars
from node.store.record import Records
from node.store.search import Found
from node.web.identity import Needs
from node.web.messages import Priority
from node.web.replies import reply
from node.web.sight import From, Wanted, find_seen
from node.web.times import written
from node.web.world import World, world_of

router = APIRouter(tags=["messages"])

Reader = Annotated[Principal, Depends(Needs(Scope.MESSAGES_READ))]

_PREFIX = "/api/v1/messages"


class JourneyStep(BaseModel):
    """One entry of a log about a message: what it says, and where it is proved."""

    model_config = ConfigDict(extra="forbid")

    at: str = Field(description="by the clock of the log's owner, RFC 3339, UTC")
    event: str = Field(description="kind of the entry")
    by: str = Field(description="the authority whose log it is")
    log: str = Field(description="origin of the log")
    index: int = Field(description="of the entry in that log")
    recorded: int = Field(description="index of our own entry that records it; its own if it is ours")
    status: str | None = Field(description="accepted or refused")
    code: str | None = Field(description="why it was refused")
    unit: str | None = Field(description="whose officer opened it, if that was told")


class RecordRecipient(BaseModel):
    """One to whom a message is addressed."""

    model_config = ConfigDict(extra="forbid")

    authority: str
    agreement: str = Field(description="SHA-256 of the agreement that permits it, base64url")
    state: str | None = Field(description="where it is on its way there; null: we do not know")
    code: str | None = Field(description="why it was refused there")


class RecordLinks(BaseModel):
    """Where the rest of a message is."""

    model_config = ConfigDict(extra="forbid")

    document: str
    timeline: str
    attachments: str
    proof: str
    evidence: str
    verification: str


class MessageRecord(BaseModel):
    """What is known of a message, without its content."""

    model_config = ConfigDict(extra="forbid")

    id: str
    originator: str
    direction: str = Field(description="sent or received")
    type: str = Field(description="document type and edition")
    reference: str = Field(description="of the document; empty if it was refused unread")
    version: int = Field(description="of the document; 0 if it was refused unread")
    priority: Priority
    state: str | None = Field(description="of a message received: accepted or refused")
    code: str | None = Field(description="why it was refused")
    pointer: str | None = Field(description="JSON Pointer to the member at fault")
    sealed_at: str = Field(description="RFC 3339, UTC")
    received_at: str | None = Field(description="of a message received, RFC 3339, UTC")
    expires_at: str = Field(description="RFC 3339, UTC")
    suite: str = Field(description="by which it was sealed")
    answers: str | None = Field(
        description="id of the message that it refers to, if the manifest says so"
    )
    commitment: str = Field(description="to the document, base64url")
    manifest: str = Field(description="leaf hash of the originator's entry, base64url")
    directory: int = Field(description="entries of the directory that the originator relied on")
    recipients: list[RecordRecipient]
    units: list[str] = Field(description="of ours: the one that sent it, or those it was given to")
    offices: list[str] = Field(description="customs offices that it concerns")
    submitted_by: str | None = Field(
        description="the national system; null: the node's owner, or a peer"
    )
    read: bool = Field(description="received: an officer of ours opened it; sent: a recipient's did")
    journey: list[JourneyStep] = Field(description="every entry about it, with where it is proved")
    has_document: bool = Field(description="the document is held here")
    links: RecordLinks


@router.get("/messages/{message}", response_model=MessageRecord)
def read_message(
    request: Request, principal: Reader, message: Wanted, originator: From = None
) -> Response:
    """Show what is known of a message, without its content."""
    world = world_of(request)
    found = find_seen(world, principal.system, message, originator)
    return reply(request, record_of(world, found))


def record_of(world: World, found: Found) -> MessageRecord:
    """Put the record of a message together."""
    records = Records(world.node.database)
    if found.originator == OURS:
        return _of_sent(world, records.sent(found.id))
    return _of_received(world, records.received(found.originator, found.id))


def _of_sent(world: World, row: Mapping[str, Any]) -> MessageRecord:
    node, kept = world.node, Particulars(world.node.database)
    states = {lane["peer"]: (lane["state"], lane["code"]) for lane in row["lanes"]}
    readings = kept.readings(row["id"])
    journey = [_step(row["raw"], row["idx"], node.authority, row["idx"])]
    journey += [
        _step(one["entry"], one["idx"], one["peer"], one["recorded_idx"])
        for one in (*row["receipts"], *readings)
    ]
    return _record(
        world,
        Found(OURS, row["id"]),
        row,
        manifest=row["raw"],
        states=states,
        journey=journey,
        submitted_by=kept.submitted_by(row["idx"], row["id"]),
        read=bool(readings),
    )


def _of_received(world: World, row: Mapping[str, Any]) -> MessageRecord:
    node, kept = world.node, Particulars(world.node.database)
    own = _step(row["raw"], row["idx"], node.authority, row["idx"])
    journey = [_step(row["manifest"], row["source_idx"], row["originator"], row["idx"]), own]
    opened = kept.opened(row["originator"], row["id"])
    if opened is not None:
        journey.append(_step(opened[1], opened[0], node.authority, opened[0]))
    record = _record(
        world,
        Found(row["originator"], row["id"]),
        row,
        manifest=row["manifest"],
        states={node.authority: (row["state"], row["code"])},
        journey=journey,
        submitted_by=None,
        read=opened is not None,
    )
    return record.model_copy(
        update={
            "state": row["state"],
            "code": row["code"],
            "pointer": reread_entry(row["raw"]).members.get("pointer"),
            "received_at": written(row["received_at"]),
        }
    )


def _record(
    world: World,
    found: Found,
    row: Mapping[str, Any],
    *,
    manifest: bytes,
    states: Mapping[str, tuple[str, str | None]],
    journey: list[JourneyStep],
    submitted_by: str | None,
    read: bool,
) -> MessageRecord:
    entry = reread_entry(manifest)
    units, offices = Particulars(world.node.database).concern((found.originator, found.id))
    originator = found.originator or world.node.authority
    return MessageRecord(
        id=found.id,
        originator=originator,
        direction="received" if found.originator else "sent",
        type=row["type"],
        reference=row["reference"],
        version=row["version"],
        priority=Priority(row["priority"]),
        state=None,
        code=None,
        pointer=None,
        sealed_at=written(entry.at),
        received_at=None,
        expires_at=written(entry.members["expires"]),
        suite=entry.members["suite"],
        answers=entry.members.get("ref"),
        commitment=entry.members["body"]["commit"],
        manifest=b64u(leaf_hash(manifest)),
        directory=entry.members["directory"],
        recipients=list(_recipients(entry.members["to"], states)),
        units=list(units),
        offices=list(offices),
        submitted_by=submitted_by,
        read=read,
        journey=sorted(journey, key=lambda step: step.recorded),
        has_document=row["document"] is not None,
        links=_links(found.id, originator),
    )


def _recipients(
    to: list[dict[str, str]], states: Mapping[str, tuple[str, str | None]]
) -> Iterator[RecordRecipient]:
    for one in to:
        state, code = states.get(one["id"], (None, None))
        yield RecordRecipient(authority=one["id"], agreement=one["agreement"], state=state, code=code)


def _step(raw: bytes, index: int, by: str, recorded: int) -> JourneyStep:
    entry = reread_entry(raw)
    members = entry.members
    return JourneyStep(
        at=written(entry.at),
        event=entry.kind.value,
        by=by,
        log=entry.log,
        index=index,
        recorded=recorded,
        status=members.get("status"),
        code=members.get("code"),
        unit=members.get("unit"),
    )


def _links(message_id: str, originator: str) -> RecordLinks:
    parts = ("document", "timeline", "attachments", "proof", "evidence", "verification")
    return RecordLinks(**{part: f"{_PREFIX}/{message_id}/{part}?from={originator}" for part in parts})
