"""Requests about conversations, cases and what is owed.

Responsible for their filters. Must not follow a conversation.
"""

from typing import Literal, TypedDict, Unpack

from node.client.call import Call, get, get_page, path
from node.client.models.base import Page
from node.client.models.conversations import Case, Conversation, ListedConversation, OwedItem


class DeadlineFilter(TypedDict, total=False):
    """What the deadlines can be asked for."""

    peer: str
    overdue: bool
    limit: int


class ConversationFilter(DeadlineFilter, total=False):
    """What the conversations can be asked for."""

    state: str
    open: bool
    order: Literal["moved", "fixed"]


def conversations(**filters: Unpack[ConversationFilter]) -> Call[Page[ListedConversation]]:
    """List conversations; `order="fixed"` gives each that was there exactly once."""
    return get_page("/conversations", ListedConversation, **filters)


def conversation(
    authority: str, document_type: str, reference: str, *, peer: str | None = None
) -> Call[Conversation]:
    """Read one conversation with all that happened in it.

    Args:
        authority: whose document leads it.
        document_type: of that document, without edition.
        reference: of that document.
        peer: with whom, where the document went to several.
    """
    place = path("/conversations/{}/{}/{}", authority, document_type, reference)
    return get(place, Conversation, peer=peer)


def case(name: str) -> Call[Case]:
    """Read linked conversations as one timeline.

    Args:
        name: reference or message id of any document in it.
    """
    return get(path("/cases/{}", name), Case)


def deadlines(**filters: Unpack[DeadlineFilter]) -> Call[Page[OwedItem]]:
    """List what is owed, by us and to us."""
    return get_page("/deadlines", OwedItem, **filters)
