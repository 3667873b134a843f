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
        touched: pages that changed, or have to be looked at.
        emptied: pages whose documents have all moved.
        full: places of documents for which there was no room.
    """

    def __init__(self, own: str, shelf: Shelf) -> None:
        self._own = own
        self._shelf = shelf
        self._opened: dict[Place, Page] = {}
        self._leads: dict[tuple[str, Ref], Ref] = {}
        self._entered: dict[tuple[str, str], list[Place]] = {}
        self.touched: dict[Place, Page] = {}
        self.emptied: set[Place] = set()
        self.full: list[Place] = []

    def enter(self, peer: str, said: Spoken) -> None:
        """Enter a message that one of the two sent the other."""
        homes = tuple(homes_of(said, lambda ref: self._lead_of(peer, ref)))
        for lead in homes:
            self._add((peer, lead), said)
        if not leads(said.name):
            for lead in homes:
                self._leads[peer, said.what.ref] = lead
                self._gather(peer, said.what.ref, lead)

    def _add(self, place: Place, said: Spoken) -> None:
        page = self._open(place)
        if page.add(said):
            self.touched[place] = page
            self._entered.setdefault((place[0], said.id), []).append(place)
        else:
            self.full.append(place)

    def deliver(self, peer: str, message_id: str, at: int) -> None:
        """Note that the peer's log says a message of ours was accepted at this time."""
        for page in self._pages_of(peer, message_id):
            page.deliver(message_id, at)
            self.touched[page.peer, page.lead] = page

    def give_up(self, peer: str, message_id: str, act: Act) -> None:
        """Note that the peer refused a message of ours, or that it never got there."""
        for page in self._pages_of(peer, message_id):
            page.give_up(message_id, act)
            self.touched[page.peer, page.lead] = page

    def act(self, peer: str, message_id: str, act: Act) -> None:
        """Note what one side did with the leading document that a message brought."""
        for page in self._pages_of(peer, message_id):
            if page.said[message_id].what.ref == page.lead:
                page.acts.append(act)
                self.touched[page.peer, page.lead] = page

    def look_at(self, place: Place) -> Page:
        """Take a page in hand because time has passed."""
        page = self.touched[place] = self._open(place)
        return page

    def _pages_of(self, peer: str, message_id: str) -> Iterator[Page]:
        places = dict.fromkeys(self._shelf.place_of(peer, message_id))
        places |= dict.fromkeys(self._entered.get((peer, message_id), ()))
        for place in places:
            if place not in self.emptied and message_id in self._open(place).said:
                yield self._open(place)

    def _open(self, place: Place) -> Page:
        if place not in self._opened:
            kept = None if place in self.emptied else self._shelf.page(place)
            self._opened[place] = kept or Page(self._own, *place)
            self.emptied.discard(place)
        return self._opened[place]

    def _lead_of(self, peer: str, ref: Ref) -> Ref | None:
        if leads(ref.name):
            return ref
        if (peer, ref) in self._leads:
            return self._leads[peer, ref]
        found = self._shelf.lead_of(peer, ref)
        return None if found is None or (peer, found) in self.emptied else found

    def _gather(self, peer: str, ref: Ref, lead: Ref) -> None:
        """Move what waited for a document to the page where that document is."""
        waiting = (peer, ref)
        if ref == lead or (waiting not in self._opened and self._shelf.page(waiting) is None):
            return
        page, home = self._open(waiting), self._open((peer, lead))
        home.void |= page.void
        home.outcomes.update(page.outcomes)
        for said in page.said.values():
            self._add((peer, lead), said)
            self._leads[peer, said.what.ref] = lead
        del self._opened[waiting]
        self.touched.pop(waiting, None)
        self.emptied.add(waiting)
        for said in tuple(page.said.values()):
            self._gather(peer, said.what.ref, lead)
