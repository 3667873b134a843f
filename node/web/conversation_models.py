"""Conversations, cases and what is owed, as the API describes them and as it is asked for them.

Responsible for names and meanings of members. Must not read anything.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from node.conversation.tables import State
from node.web.queries import PageQuery


class ConversationOrder(StrEnum):
    """In which order conversations are listed."""

    MOVED = "moved"
    FIXED = "fixed"


class DeadlineQuery(PageQuery):
    """Which of what is owed."""

    peer: str | None = Field(
        default=None, max_length=16, description="only with this authority, e.g. UZ-CC"
    )
    overdue: bool = Field(default=False, description="only where the time has passed")


class ConversationQuery(DeadlineQuery):
    """Which conversations, in which order."""

    state: State | None = Field(default=None, description="as our side sees it")
    open: bool = Field(default=False, description="only those that have not come to their end")
    order: ConversationOrder = Field(
        default=ConversationOrder.MOVED,
        description="moved: the one that moved last first, so that one that moves while you read on is "
        "at the top, behind you. fixed: by peer, type, authority and reference: you see each once, "
        "however long you take",
    )


class OwedItem(BaseModel):
    """Something that one side owes the other."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(description="receipt, read, acceptance, feedback, answer or recall-answer")
    by: str = Field(description="the authority that owes it")
    peer: str = Field(description="with whom the conversation is")
    reference: str = Field(description="of the document that asks for it")
    due_at: str = Field(description="RFC 3339, UTC")
    overdue: bool
    text: str = Field(description="in plain words, with the time that is left now")


class ConversationItem(BaseModel):
    """A conversation with one peer: where it stands, and what is due next."""

    model_config = ConfigDict(extra="forbid")

    reference: str = Field(description="of the document that leads it")
    document: str = Field(description="its type without edition")
    title: str = Field(description="what officers call it")
    authority: str = Field(description="whose document it is")
    peer: str = Field(description="the other authority")
    state: str | None = Field(description="as our side sees it; docs/conversations.md has the states")
    agreed: str | None = Field(description="the state that both sides agree on")
    due: OwedItem | None = Field(description="what is due next")


class CaseState(BaseModel):
    """The state of a conversation after a line of a timeline."""

    model_config = ConfigDict(extra="forbid")

    peer: str
    reference: str = Field(description="of the document that leads the conversation")
    state: str


class CaseLine(BaseModel):
    """One thing that happened."""

    model_config = ConfigDict(extra="forbid")

    at: str = Field(description="RFC 3339, UTC")
    who: str = Field(description="the authority that did it; empty for the passing of time")
    peers: list[str] = Field(description="with whom the conversations are that it belongs to")
    id: str = Field(description="of the message, if there is one; its originator is `who`")
    text: str = Field(description="in plain words; only what was coded")
    after: list[CaseState] = Field(description="the conversations that it began or moved")
    notes: list[str] = Field(description="deadlines met or missed, why it did not count")


class Conversation(ConversationItem):
    """A conversation with everything that happened in it."""

    timeline: list[CaseLine]
    owed: list[OwedItem]


class Case(BaseModel):
    """Conversations that are linked, as one timeline."""

    model_config = ConfigDict(extra="forbid")

    documents: int = Field(description="messages that were followed")
    whole: bool = Field(description="false where more are linked than are followed")
    conversations: list[ConversationItem]
    timeline: list[CaseLine]
    owed: list[OwedItem]


class ListedConversation(ConversationItem):
    """A conversation as the list has it."""

    moved_at: str = Field(description="when something last changed in it, RFC 3339, UTC")
