"""Two authorities that talk: facts made by hand, and a shelf in memory."""

from dataclasses import replace

from node.conversation.book import Book
from node.conversation.facts import Ref, Spoken, Version

HOUR = 3_600_000
DAY = 24 * HOUR
NOON = 1_795_521_600_000  # 2026-11-24T12:00:00Z
AZ, UZ = "AZ-SCC", "UZ-CC"

ALERT = Ref("alert", UZ, "UZ-ALR-1")
NOTICE = Ref("pre-arrival-notice", UZ, "UZ-PAN-1")
REQUEST = Ref("information-request", UZ, "UZ-RFI-1")

CODED = {
    "alert": {"feedback_due": NOON + 3 * DAY, "eta": NOON + 12 * HOUR, "levels": ["high"]},
    "pre-arrival-notice": {"eta": NOON + 12 * HOUR},
    "information-request": {"urgency": "urgent-direct"},
    "acceptance": {"decision": "accepted"},
    "control-result": {"decision": "controlled", "result": "B1", "triggers": ["alert"]},
    "arrival": {"arrived": NOON + 12 * HOUR},
    "import-result": {"comparison": "matches"},
    "information-reply": {"complete": True},
    "refusal": {"extent": "whole"},
    "extension": {"until": NOON + 5 * DAY},
}


def said(name, author=AZ, reference=None, *, at=NOON, version=1, target=None, **more):
    """Make the facts of a message; its id follows from what it is, unless given."""
    ref = Ref(name, author, reference or f"{author[:2]}-{name}")
    if isinstance(target, Ref):
        target = Version(target, 1)
    coded = {**CODED.get(name, {}), **more.pop("coded", {})}
    facts = Spoken(
        id=f"{ref.authority}/{name}:{ref.reference}:{version}:{at}",
        digest=f"{ref}{version}{sorted(coded.items())}",
        at=at,
        what=Version(ref, version),
        function="9" if version == 1 else "5",
        until=NOON + 7 * DAY,
        target=target,
        coded=coded,
    )
    return replace(facts, **more)


def lead(ref=ALERT, *, at=NOON, version=1, **more):
    return said(ref.name, ref.authority, ref.reference, at=at, version=version, **more)


class Drawer:
    """A shelf in memory."""

    def __init__(self, own):
        self.own = own
        self.pages = {}

    def page(self, place):
        return self.pages.get(place)

    def lead_of(self, peer, ref):
        for (other, leader), page in self.pages.items():
            if other == peer and any(each.what.ref == ref for each in page.said.values()):
                return leader
        return None

    def place_of(self, peer, message_id):
        return tuple(
            place for place, page in self.pages.items() if place[0] == peer and message_id in page.said
        )

    def book(self):
        return Book(self.own, self)

    def put_back(self, book):
        for place in book.emptied:
            self.pages.pop(place, None)
        self.pages.update(book.touched)
