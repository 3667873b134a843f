"""What makes a document that has grown from its schema keep the rules between its members.

One function for each part or document that a rule binds, written from the tables of
docs/documents.md. Values are chosen anew within what the rule leaves, again at its edges; nothing
here asks the program whether a rule is kept.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from node.reference.cargo_codes import BULK_PACKAGES
from node.reference.risk_codes import DESK_CHECKS, OBSERVING
from node.reference.statistics_codes import BY_COMMODITY, BY_TRIGGER, SIGNED, UNIT_OF
from tests.message.spelling import writer

Part = dict[str, Any]

_FIRST = datetime(1, 1, 1)  # noqa: DTZ001 - all of it is UTC, and only counted from
_LAST = 315_537_897_599
"""9999-12-31T23:59:59, in seconds from the first instant that a calendar has."""
_NOW = 63_931_000_000  # 2026-11
_YEAR = 31_536_000

_STRICTEST_FIRST = {
    "tlp": ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"),
    "h_code": ("H3", "H2", "H1", "H0"),
    "pap": ("RED", "AMBER", "GREEN", "CLEAR"),
}
_NARROWEST = {"tlp": "AMBER+STRICT", "h_code": "H2", "pap": "GREEN"}
_LEFT_BY_PAP = {"RED": OBSERVING, "AMBER": DESK_CHECKS}

_MRN = "^([0-2][0-9][A-Z]{2}[A-Z0-9]{13}[0-9]|[2-9][4-9][A-Z]{2}[A-Z0-9]{12}[J-M][0-9])$"
_TIR = "^([1-9][0-9]{0,6}|2[0-4][0-9]{6}|25000000|X[A-Z](2[5-9]|[1-9][0-9]{2})[0-9]{6})$"
_PLATE = "^[0-9]{2}[A-ZАВЕКМНОРСТУХ]{2,3}[0-9]{3}$"  # noqa: RUF001 - plates of the corridor
_MEANS = {"10": "^(IMO)?[0-9]{7}$", "20": "^([0-9]{8}|[0-9]{12})$", "30": _PLATE, "31": _PLATE}
_BOXES = {"iso6346": "^[A-Z]{3}[UJZR][0-9]{7}$", "ilu": "^[A-Z]{3}[ABDEK][0-9]{7}$"}
_IDENTIFIED_BY = {"1": ("10", "11"), "2": ("20", "21"), "3": ("30", "31"), "4": ("40", "41")}
_IDENTIFIED_BY["8"] = ("80", "81")
_COMBINED = {"12": ("1", "20"), "16": ("1", "30"), "17": ("1", "31"), "18": ("1", ""), "23": ("2", "31")}


def instant(rng: Random, low: int = 0, high: int = _LAST, near: int = _NOW) -> str:
    """Write an instant between two, most often in the years around a third, or at an edge."""
    near = min(max(near, low), high)
    around = (max(low, near - _YEAR), min(high, near + _YEAR))
    chosen = rng.choice((low, high, rng.randint(low, high), *[rng.randint(*around)] * 7))
    return f"{(_FIRST + timedelta(seconds=chosen)).isoformat()}Z"


def _seconds(text: str) -> int:
    return int((datetime.fromisoformat(text[:-1]) - _FIRST).total_seconds())


def _issued(document: Part) -> int:
    return _seconds(document["issued_at"])


def _not_after(plant, holder: Part, name: str, end: str) -> None:
    if name in holder:
        holder[name] = instant(plant.rng, 0, _seconds(end), _seconds(end))


def _after_issue(plant, document: Part, *names: str) -> None:
    for name in names:
        if name in document:
            document[name] = instant(plant.rng, _issued(document) + 1, near=_issued(document))


def _once(entries: list[Any], key: Callable[[Any], Any] = repr) -> list[Any]:
    return list({key(entry): entry for entry in entries}.values())


def _drop(holder: Part, *names: str) -> None:
    for name in names:
        holder.pop(name, None)


def _need(plant, holder: Part, part: str, name: str) -> None:
    """Give a member that is needed, and in a list at least one entry."""
    while not holder.get(name):
        holder[name] = plant.member(part, name)


def _number(parts: Iterable[Part], name: str = "sequence") -> None:
    for place, part in enumerate(parts, start=1):
        part[name] = place


def _spelt(plant, pattern: str, most: int, least: int = 0) -> str:
    """Write an identifier as somebody might: in groups, in small letters, or as it should be."""
    rng, text = plant.rng, writer(pattern)(plant.rng)
    if rng.random() < 0.3:
        text = rng.choice((text.lower(), f"{text[:4]} {text[4:]}", f"{text[:-1]}-{text[-1]}", f" {text}"))
    return text[:most].ljust(least)


# Parts.


def _means(plant, means: Part) -> None:
    pattern = _MEANS.get(means["identification_type"])
    if pattern:
        means["identification"] = _spelt(plant, pattern, 35)


def _box(plant, box: Part) -> None:
    pattern = _BOXES.get(box.get("identification_scheme", "iso6346"))
    if pattern:
        box["identification"] = _spelt(plant, pattern, 17)


def _party(plant, party: Part) -> None:
    wanted, other = ("person", "organisation")[:: 1 if party["type_of_person"] == "1" else -1]
    _drop(party, other)
    _need(plant, party, "Party", wanted)


def _place(plant, place: Part) -> None:
    if "locode" not in place and "name" not in place:
        _need(plant, place, "Place", plant.rng.choice(("locode", "name")))
    _in_country(place)


def _in_country(place: Part) -> None:
    if "locode" in place:
        place["country"] = place["locode"][:2]


def _incident_place(plant, place: Part) -> None:
    if ("latitude" in place) != ("longitude" in place):
        _drop(place, "latitude", "longitude")
    if not place.keys() & {"locode", "latitude", "text"}:
        _need(plant, place, "IncidentPlace", plant.rng.choice(("locode", "text")))
    _in_country(place)


def _goods(plant, goods: Part) -> None:
    """Words, codes and masses of a goods item, as declared at exit or at entry."""
    if sum(letter.isalpha() for letter in goods.get("description", "")) < 3:
        goods["description"] = plant.rng.choice(("Tea", "Виноград столовый", "80 ədəd nar"))
    if "national_code" in goods:
        goods["national_code"] = goods["hs_code"] + goods["national_code"][len(goods["hs_code"]) :]
    if "gross_mass" in goods and not Decimal(goods["gross_mass"]):
        goods["gross_mass"] = plant.rng.choice(("0.000001", "1", "9999999999.999999"))
    if "net_mass" in goods and Decimal(goods["net_mass"]) > Decimal(goods.get("gross_mass", "Infinity")):
        goods["net_mass"] = plant.rng.choice((goods["gross_mass"], "0"))


def _subject(plant, subject: Part) -> None:
    if not any(subject.get(key) for key in subject.keys() - {"goods", "declared_goods", "parties"}):
        _need(plant, subject, "Subject", plant.rng.choice(("notices", "equipment", "ucrs", "tir_carnets")))
    for name, pattern, most, least in (("declaration_mrns", _MRN, 24, 18), ("tir_carnets", _TIR, 17, 0)):
        subject[name] = [_spelt(plant, pattern, most, least) for _ in subject.get(name, ())]


def _question(plant, question: Part) -> None:
    if "related" in question and "pointer" not in question:
        _need(plant, question, "Question", "pointer")


def _reply(plant, reply: Part) -> None:
    if reply["finding"] == "see-text":
        _need(plant, reply, "Reply", "text")


def _use(plant, use: Part) -> None:
    if use["kind"] == "pass-on":
        _need(plant, use, "Use", "to")
        use["to"] = _once(use["to"])
    else:
        _drop(use, "to")
    if use["kind"] != "widen-handling":
        _drop(use, "tlp", "h_code", "pap")
    elif not use.keys() & {"tlp", "h_code", "pap"}:
        _need(plant, use, "Use", plant.rng.choice(("tlp", "h_code", "pap")))


def _figure(plant, figure: Part) -> None:
    metric = figure["metric"]
    figure["unit"] = UNIT_OF[metric]
    if metric in BY_TRIGGER:
        _need(plant, figure, "Figure", "trigger")
    if metric in BY_COMMODITY:
        _need(plant, figure, "Figure", "commodity")
    if metric not in SIGNED:
        figure["value"] = figure["value"].lstrip("-")
    if figure["unit"] == "count":
        figure["value"] = figure["value"].partition(".")[0]
    if figure["unit"] == "percent":
        figure["value"] = plant.rng.choice(("0", "100", "62.5", "99.999", "100.000"))
        figure["of"] = max(1, plant.member("Figure", "of"))


def _match(plant, match: Part) -> None:
    if match["found_in"] != "notice":
        _drop(match, "notice")


def _difference(plant, difference: Part) -> None:
    for one, other in (("declared", "found"), ("at_exit", "at_entry")):
        if {"declared", "at_exit"} & {one} and difference.get(one) == difference.get(other):
            _drop(difference, other)
