"""The book of conversations: which page each document belongs on, whatever came first.

Responsible for opening pages, for letting a document wait where what it answers will look for it,
and for moving it once that has arrived. Must not store: a `Shelf` gives the pages it asks for.
"""

from collections.abc import Iterator
from typing import Protocol

from node.conversation.course import Act
from node.conversation.facts import Ref, Spoken
from node.conversation.page import Page, homes_of
from node.conversation.tables import leads

Place = tuple[str, Ref]
"""Peer, and the document that leads the conversation."""


class Shelf(Protocol):
    """Where pages are kept."""

    def page(self, place: Place) -> Page | None:
        """Give a page; None if there is none."""

    def lead_of(self, peer: str, ref: Ref) -> Ref | None:
        """Give what leads the page that a document is on; None if it is on none."""

    def place_of(self, peer: str, message_id: str) -> tuple[Place, ...]:
        """Give the pages a message is on."""


class Book:
    """Pages taken from the shelf, written on, and not yet put back.

    Attributes:
        touched: pages that changed.
        emptied: pages whose documents have all moved.
        full: places of documents for which there was no room.
    """

    def __init__(self, own: str, shelf: Shelf) -> None:
        self._own = own
        self._shelf = shelf
        self.touched: dict[Place, Page] = {}
        self.emptied: set[Place] = set()
        self.full: list[Place] = []

    def enter(self, peer: str, said: Spoken) -> None:
        """Enter a message that one of the two sent the other."""
        homes = tuple(homes_of(said, lambda ref: self._lead_of(peer, ref)))
        for lead in homes:
            if not self._open((peer, lead)).add(said):
                self.full.append((peer, lead))
        if not leads(said.name):
            for lead in homes:
                self._gather(peer, said.what.ref, lead)

    def deliver(self, peer: str, message_id: str, at: int) -> None:
        """Note that the peer's log says a message of ours was accepted at this time."""
        for page in self._pages_of(peer, message_id):
            page.deliver(message_id, at)

    def give_up(self, peer: str, message_id: str, act: Act) -> None:
        """Note that the peer refused a message of ours, or that it never got there."""
        for page in self._pages_of(peer, message_id):
            page.give_up(message_id, act)

    def act(self, peer: str, message_id: str, act: Act) -> None:
        """Note what one side did with the leading document that a message brought."""
        for page in self._pages_of(peer, message_id):
            if page.said[message_id].what.ref == page.lead:
                page.acts.append(act)

    def look_at(self, place: Place) -> Page:
        """Take a page in hand because time has passed."""
        return self._open(place)

    def _pages_of(self, peer: str, message_id: str) -> Iterator[Page]:
        places = dict.fromkeys(self._shelf.place_of(peer, message_id))
        places |= dict.fromkeys(
            place for place, page in self.touched.items() if place[0] == peer and message_id in page.said
        )
        for place in places:
            if place not in self.emptied and message_id in self._open(place).said:
                yield self._open(place)

    def _open(self, place: Place) -> Page:
        if place not in self.touched:
            kept = None if place in self.emptied else self._shelf.page(place)
            self.touched[place] = kept or Page(self._own, *place)
            self.emptied.discard(place)
        return self.touched[place]

    def _lead_of(self, peer: str, ref: Ref) -> Ref | None:
        if leads(ref.name):
            return ref
        for (other, lead), page in self.touched.items():
            if other == peer and any(said.what.ref == ref for said in page.said.values()):
                return lead
        found = self._shelf.lead_of(peer, ref)
        return None if found is None or (peer, found) in self.emptied else found

    def _gather(self, peer: str, ref: Ref, lead: Ref) -> None:
        """Move what waited for a document to the page where that document is."""
        waiting = (peer, ref)
        if ref == lead or (waiting not in self.touched and self._shelf.page(waiting) is None):
            return
        page, home = self._open(waiting), self._open((peer, lead))
        for said in page.said.values():
            if not home.add(said):
                self.full.append((peer, lead))
        home.void |= page.void
        home.outcomes.update(page.outcomes)
        del self.touched[waiting]
        self.emptied.add(waiting)
        for said in tuple(page.said.values()):
            self._gather(peer, said.what.ref, lead)
