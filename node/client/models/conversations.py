"""Conversations, cases, and what is owed.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from node.client.models.base import Model


class OwedItem(Model):
    """Something that one side owes the other."""

    name: str
    by: str
    peer: str
    reference: str
    due_at: str
    overdue: bool
    text: str


class CaseState(Model):
    """The state of a conversation after a line of a timeline."""

    peer: str
    reference: str
    state: str


class CaseLine(Model):
    """One thing that happened."""

    at: str
    who: str
    peers: tuple[str, ...]
    id: str
    text: str
    after: tuple[CaseState, ...]
    notes: tuple[str, ...]


class ConversationItem(Model):
    """A conversation with one peer: where it stands, and what is due next."""

    reference: str
    document: str
    title: str
    authority: str
    peer: str
    state: str | None
    agreed: str | None
    due: OwedItem | None


class ListedConversation(ConversationItem):
    """A conversation as the list has it."""

    moved_at: str


class Conversation(ConversationItem):
    """A conversation with everything that happened in it."""

    timeline: tuple[CaseLine, ...]
    owed: tuple[OwedItem, ...]


class Case(Model):
    """Conversations that are linked, as one timeline."""

    documents: int
    whole: bool
    conversations: tuple[ConversationItem, ...]
    timeline: tuple[CaseLine, ...]
    owed: tuple[OwedItem, ...]
