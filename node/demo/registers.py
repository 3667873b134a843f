"""The registers of several authorities held against each other: they must tell the same of each case.

Responsible for comparing what each side has written down. Each computed its register from its own
log alone, so a difference would be a fault of the program or of an authority.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from node.conversation.facts import Ref
from node.conversation.page import Page
from node.store.cases import Cases
from node.store.database import Database


@dataclass(slots=True)
class Registers:
    """The result.

    Attributes:
        compared: conversations that two authorities have both written down.
        differing: what they do not agree on, in words.
    """

    compared: int = 0
    differing: list[str] = field(default_factory=list)


def compare(databases: Mapping[str, Database]) -> Registers:
    """Compare the state of each conversation, and of each document in it, between its two sides."""
    found = Registers()
    kept = {
        (own, page.peer, page.lead): page
        for own, database in databases.items()
        for page in Cases(own, database).listed()
    }
    for one, other in combinations(databases, 2):
        leads = {lead for own, peer, lead in kept if {own, peer} == {one, other}}
        for lead in sorted(leads):
            found.compared += 1
            ours, theirs = kept.get((one, other, lead)), kept.get((other, one, lead))
            found.differing += _differences(lead, one, ours, other, theirs)
    return found


def _differences(lead: Ref, one: str, ours: Page | None, other: str, theirs: Page | None) -> list[str]:
    if ours is None or theirs is None:
        return [f"{lead.reference}: only {other if ours is None else one} knows of it"]
    words = []
    if ours.agreed is not theirs.agreed:
        words.append(f"{lead.reference}: {one} says {ours.agreed}, {other} says {theirs.agreed}")
    for message_id in ours.outcomes.keys() | theirs.outcomes.keys():
        says = ours.outcomes.get(message_id), theirs.outcomes.get(message_id)
        if says[0] is not says[1]:
            words.append(f"{lead.reference}, message {message_id}: {says[0]} and {says[1]}")
    return words
