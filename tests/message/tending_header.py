"""What makes the header of a document keep its rules, from docs/documents.md.

Times in order, recipients once, sources no stricter than the document, an answer that names what it
may answer. As for the parts (`tending_parts`), nothing here asks the program.
"""

from collections.abc import Iterable

from tests.message.tending_parts import Part, instant, need, once, seconds

_LAST = 315_537_897_599  # 9999-12-31T23:59:59, in seconds from the first instant
_STRICTEST_FIRST = {
    "tlp": ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"),
    "h_code": ("H3", "H2", "H1", "H0"),
    "pap": ("RED", "AMBER", "GREEN", "CLEAR"),
}
_NARROWEST = {"tlp": "AMBER+STRICT", "h_code": "H2", "pap": "GREEN"}


def issued(document: Part) -> int:
    """Count the seconds from the first instant to the issue."""
    return seconds(document["issued_at"])


def not_after(plant, holder: Part, name: str, end: int, start: int = 0) -> None:
    """Choose a time between two, mostly close to the later one."""
    if name in holder:
        holder[name] = instant(plant.rng, start, end, near=end)


def after_issue(plant, document: Part, *names: str) -> None:
    """Choose times later than the issue."""
    for name in names:
        if name in document:
            document[name] = instant(plant.rng, issued(document) + 1, near=issued(document))


def number(parts: Iterable[Part], name: str = "sequence") -> None:
    """Number parts 1, 2, 3 … in order."""
    for place, part in enumerate(parts, start=1):
        part[name] = place


def header(plant, document: Part) -> None:
    """Tend the members that every document has."""
    origin, rng = document["originator"], plant.rng
    origin["country"] = origin["authority"][:2]
    first = document["function"] == "9"
    document["version"] = 1 if first else max(2, document["version"])
    document["issued_at"] = instant(rng, 1, _LAST - 1)
    after_issue(plant, document, "valid_until")
    others = [each for each in once(document["recipients"]) if each != origin["authority"]]
    document["recipients"] = others or ["ZZ-OTHER1" if origin["authority"] != "ZZ-OTHER1" else "ZZ-2"]
    for source in document.get("sources", ()):
        if source["authority"] == origin["authority"]:
            source["authority"] = document["recipients"][0]
        if "consent" not in source:
            loosen(plant, source, document["handling"])
    if "sources" in document:
        document["sources"] = distinct(document["sources"], "type", "authority", "reference", "version")


def distinct(entries: list[Part], *names: str) -> list[Part]:
    """Leave out entries that say the same as a later one in these members."""
    return list({repr([each.get(name) for name in names]): each for each in entries}.values())


def loosen(plant, holder: Part, handling: Part) -> None:
    """Give a holder of the three codes some that are no stricter than those of a handling."""
    for name, order in _STRICTEST_FIRST.items():
        holder[name] = plant.rng.choice(order[order.index(handling.get(name, _NARROWEST[name])) :])


def answer(plant, document: Part, *names: str, own: bool = False) -> None:
    """Tend the header of an answer, and what it names."""
    header(plant, document)
    answered = document["answers"]
    if names and answered["type"] not in names:
        answered["type"] = plant.rng.choice(names)
    answered["authority"] = plant.rng.choice(document["recipients"])
    if own and plant.has():
        answered["authority"] = document["originator"]["authority"]


def reasoned(plant, document: Part, title: str) -> None:
    """Put the reason in words where its code says nothing."""
    if document.get("reason") == "other":
        need(plant, document, title, "reason_text")
