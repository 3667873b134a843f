"""A world of messages of every type in both directions, each with words of its own in it.

Whom a message is for is worked out here from the documents alone, so that it can be held against what
the node shows.
"""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from stdnum import iso6346

from node.errors import PeerError
from node.message.document import read_document
from tests.spoken import UNITS, answering, document, written
from tests.web.carried import Exchange

OWN, PEER = "AZ-SCC", "UZ-CC"
OFFICE = "TM001004"
FIGURE = {"metric": "documents-alert", "direction": "sent", "value": "3", "unit": "count"}
_OFFICES = {"office", "office_of_entry", "office_of_presentation", "office_of_control", "new_office"}
_FIXED = {"type", "function", "answers", "amends", "recalls", "covers", "originator", "recipients"}
_FIXED |= {"handling", "sources", "related", "valid_until", "issued_at", "language", "subject"}
_FOLLOWS = ("answers", "amends", "recalls")


@dataclass
class Planted:
    """A message, what was planted in it, and whom it is for.

    Attributes:
        secrets: words that are in this message, and in what amends it.
        types: without edition, by any of which a system may know it.
        units: of ours that it concerns.
        offices: that it concerns.
    """

    id: str
    author: str
    document: dict[str, Any]
    secrets: set[str]
    types: set[str]
    units: set[str] = field(default_factory=set)
    offices: set[str] = field(default_factory=set)

    @property
    def reference(self) -> str:
        return self.document["reference"]


class World:
    """What was said, told by both sides of an exchange."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.messages: list[Planted] = []

    async def say(self, author: str, example: str, follows: Planted | None = None, **members: Any):
        """Let one side say something with secrets in it; gives what was planted."""
        number = len(self.messages) + 1
        marker = f"QZX{number:03}KW"
        if follows is not None and not members.keys() & {"amends", "recalls"}:
            members["answers"] = answering(follows.document)
        reader = PEER if author == OWN else OWN
        value = document(
            example, author, reader, now=self.exchange.now, reference=f"{author[:2]}-{marker}", **members
        )
        box = f"SEQU{number:06}"
        plant(value, {marker, box + iso6346.calc_check_digit(box)})
        if author == OWN:
            done = await self.exchange.own.submit(written(value))
            await self.exchange.settle()
        else:
            done = await self.exchange.submit(author, written(value))
        said = self._planted(done.id, author, value, follows)
        said.secrets |= {word for word in (marker, box) if word in json.dumps(value)}
        self.messages.append(said)
        return said

    def _planted(self, id_: str, author: str, value: dict[str, Any], follows: Planted | None) -> Planted:
        name = value["type"].partition("/")[0]
        content = value.get("document", value)
        types = {content["type"].partition("/")[0]} if name == "amendment" else {name}
        if name == "recall":
            types |= {value["recalls"]["type"]}
        said = Planted(id_, author, value, set(), types)
        said.offices = set(offices_in(content))
        if author == OWN:
            said.units = {value["originator"]["unit"]}
        if follows is not None:
            said.units |= follows.units
            said.offices |= follows.offices
        return said


def plant(value: Any, words: set[str]) -> None:
    """Put words wherever a member takes one, as long as the document stays valid."""
    _plant_in(value, value, sorted(words))


def _plant_in(whole: dict[str, Any], part: Any, words: list[str]) -> None:
    steps = part.items() if isinstance(part, dict) else enumerate(part)
    for step, member in list(steps):
        if step in _FIXED | _OFFICES or (part is whole and step == "document"):
            continue
        if isinstance(member, dict | list):
            _plant_in(whole, member, words)
        elif isinstance(member, str):
            for word in words:
                part[step] = word
                if _is_valid(whole):
                    break
                part[step] = member


def _is_valid(value: dict[str, Any]) -> bool:
    try:
        read_document(written(value))
    except PeerError:
        return False
    return True


def offices_in(value: Any) -> Iterator[str]:
    """Find the offices that a document names as places of what happens."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name in _OFFICES and isinstance(member, str):
                yield member
            yield from offices_in(member)
    elif isinstance(value, list):
        for member in value:
            yield from offices_in(member)


def spellings(secret: str) -> list[bytes]:
    """Give a secret as it is, and as it looks within base64, wherever it begins there."""
    found = [secret.encode()]
    for shift, uncertain in enumerate((0, 2, 3)):
        raw = b"\0" * shift + secret.encode()
        found.append(base64.b64encode(raw)[uncertain : len(raw) * 8 // 6])
    return found


async def tell_everything(exchange: Exchange) -> World:
    """Let both sides say every type of document, each of ours once by each unit."""
    world = World(exchange)
    for author, other in ((OWN, PEER), (PEER, OWN)):
        await _alerts(world, author, other)
        await _notices(world, author, other)
        await _questions(world, author, other)
    return world


def by(author: str, *, second: bool = False) -> dict[str, Any]:
    """Give the originator of a document: of ours the first or the second unit."""
    unit = "PCU-ASTARA" if second and author == OWN else UNITS[author]
    return {"authority": author, "unit": unit, "country": author[:2]}


async def _alerts(world: World, author: str, other: str) -> None:
    side = world.exchange.own if author == OWN else world.exchange.peers[author]
    kept = side.node.attachments.keep(io.BytesIO(b"QZXPHOTO of a seal by " + author.encode()))
    photo = {"kind": "photo", "file_name": "seal.jpg", "media_type": "image/jpeg"}
    photo |= {"size_bytes": kept.size_bytes, "sha256": kept.sha256}
    alert = await world.say(author, "alert-full", attachments=[photo])
    await world.exchange.carry_files()
    await world.say(other, "hit-full", alert)
    await world.say(other, "acceptance-full", alert)
    await world.say(author, "incident-full", alert)
    await world.say(other, "arrival-full", alert, originator=by(other, second=True))
    control = await world.say(other, "control-result-full", alert)
    await world.say(other, "seizure-full", control)
    second = await world.say(author, "alert-minimum", originator=by(author, second=True))
    inner = {**second.document, "version": 2, "function": "5"}
    inner["risks"] = [{"area": "drugs", "level": "critical"}]
    await world.say(
        author,
        "amendment-minimum",
        second,
        originator=by(author, second=True),
        amends=answering(second.document),
        document=inner,
        changed=["/risks"],
    )
    third = await world.say(author, "alert-minimum")
    recall = await world.say(author, "recall-full", third, recalls=answering(third.document))
    await world.say(other, "recall-answer-full", recall)


async def _notices(world: World, author: str, other: str) -> None:
    notice = await world.say(author, "notice-minimum", office_of_entry=OFFICE)
    imported = await world.say(other, "import-result-full", notice)
    await world.say(author, "discrepancy-full", imported)
    await world.say(author, "notice-full", originator=by(author, second=True))
    await world.say(author, "statistics-minimum", figures=[{**FIGURE, "counterpart": other}])


async def _questions(world: World, author: str, other: str) -> None:
    request = await world.say(author, "information-request-minimum", originator=by(author, second=True))
    await world.say(other, "extension-minimum", request)
    await world.say(other, "information-reply-minimum", request)
    refused = await world.say(author, "information-request-minimum")
    await world.say(other, "refusal-minimum", refused)
    alert = await world.say(other, "alert-minimum")
    consent = await world.say(author, "consent-request-minimum", alert)
    await world.say(other, "consent-minimum", consent, covers=answering(alert.document))
