"""What makes a part that has grown from its schema keep the rules between its members.

One function for each part that a rule binds, written from the tables of docs/documents.md. Values
are chosen anew within what the rule leaves, again at its edges; nothing here asks the program
whether a rule is kept. The documents as a whole are tended in `tending_documents`.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from node.reference.statistics_codes import BY_COMMODITY, BY_TRIGGER, SIGNED, UNIT_OF
from tests.message.spelling import writer

Part = dict[str, Any]

_FIRST = datetime(1, 1, 1)  # noqa: DTZ001 - all of it is UTC, and only counted from
_LAST = 315_537_897_599
"""9999-12-31T23:59:59, in seconds from the first instant that a calendar has."""
_NOW = 63_931_000_000  # 2026-11
_YEAR = 31_536_000

_MRN = "^(([01][0-9]|2[0-4])[A-Z]{2}[A-Z0-9]{13}[0-9]|[2-9][4-9][A-Z]{2}[A-Z0-9]{12}[J-M][0-9])$"
_TIR = "^([1-9][0-9]{0,6}|2[0-4][0-9]{6}|25000000|X[A-Z](2[5-9]|[3-9][0-9]{1,2})[0-9]{6})$"
_PLATE = "^[0-9]{2}[A-ZАВЕКМНОРСТУХ]{2,3}[0-9]{3}$"  # noqa: RUF001 - plates of the corridor
_MEANS = {"10": "^(IMO)?[0-9]{7}$", "20": "^([0-9]{8}|[0-9]{12})$", "30": _PLATE, "31": _PLATE}
_BOXES = {"iso6346": "^[A-Z]{3}[UJZR][0-9]{7}$", "ilu": "^[A-Z]{3}[ABDEK][0-9]{7}$"}


def instant(rng: Random, low: int = 0, high: int = _LAST, near: int = _NOW) -> str:
    """Write an instant between two, most often in the years around a third, or at an edge."""
    near = min(max(near, low), high)
    around = (max(low, near - _YEAR), min(high, near + _YEAR))
    chosen = rng.choice((low, high, rng.randint(low, high), *[rng.randint(*around)] * 7))
    return f"{(_FIRST + timedelta(seconds=chosen)).isoformat()}Z"


def seconds(text: str) -> int:
    """Count the seconds from the first instant to this one."""
    return int((datetime.fromisoformat(text[:-1]) - _FIRST).total_seconds())


def once(entries: list[Any]) -> list[Any]:
    """Leave out what a list names again."""
    return list({repr(entry): entry for entry in entries}.values())


def drop(holder: Part, *names: str) -> None:
    """Take members away, where they are."""
    for name in names:
        holder.pop(name, None)


def need(plant, holder: Part, part: str, name: str) -> None:
    """Give a member that is needed, and in a list at least one entry."""
    if holder.get(name) in (None, []):
        holder[name] = plant.needed(part, name)


def mrn(plant) -> str:
    """Write a declaration's number, of the form before 2024 or since."""
    return _spelt(plant, _MRN, 24)


def tir_carnet(plant) -> str:
    """Write the number of a TIR carnet, of the old form or the new."""
    return _spelt(plant, _TIR, 17)


def identified(plant, means: Part, kind: str) -> None:
    """Make a means one of this kind, with a number or plate that fits."""
    means["identification_type"] = kind
    _means(plant, means)


def _spelt(plant, pattern: str, most: int) -> str:
    """Write an identifier as somebody might: in groups, in small letters, or as it should be."""
    rng, text = plant.rng, writer(pattern)(plant.rng)
    if rng.random() < 0.3:
        grouped = f"{text[:4]} {text[4:]}", f"{text[:-1]}-{text[-1]}", f" {text}"
        text = rng.choice((text.lower(), *grouped))
    return text[:most]


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
    drop(party, other)
    need(plant, party, "Party", wanted)


def _place(plant, place: Part) -> None:
    if "locode" not in place and "name" not in place:
        need(plant, place, "Place", plant.rng.choice(("locode", "name")))
    _in_country(place)


def _in_country(place: Part) -> None:
    if "locode" in place:
        place["country"] = place["locode"][:2]


def _incident_place(plant, place: Part) -> None:
    if ("latitude" in place) != ("longitude" in place):
        drop(place, "latitude", "longitude")
    if not place.keys() & {"locode", "latitude", "text"}:
        need(plant, place, "IncidentPlace", plant.rng.choice(("locode", "text")))
    _in_country(place)


def _goods(plant, goods: Part) -> None:
    if "national_code" in goods:
        goods["national_code"] = goods["hs_code"] + goods["national_code"][len(goods["hs_code"]) :]
    if "gross_mass" in goods and not Decimal(goods["gross_mass"]):
        goods["gross_mass"] = plant.rng.choice(("0.000001", "1", "9999999999.999999"))
    if "net_mass" in goods and Decimal(goods["net_mass"]) > Decimal(goods.get("gross_mass", "Infinity")):
        goods["net_mass"] = plant.rng.choice((goods["gross_mass"], "0"))


def _goods_item(plant, goods: Part) -> None:
    if sum(letter.isalpha() for letter in goods["description"]) < 3:
        goods["description"] = plant.rng.choice(("Tea", "Виноград столовый", "80 ədəd nar"))
    _goods(plant, goods)


def _subject(plant, subject: Part) -> None:
    if not any(subject.get(key) for key in subject.keys() - {"goods", "declared_goods", "parties"}):
        keys = ("notices", "equipment", "passive_means", "active_means", "ucrs", "tir_carnets")
        need(plant, subject, "Subject", plant.rng.choice(keys))
    subject["declaration_mrns"] = [mrn(plant) for _ in subject.get("declaration_mrns", ())]
    subject["tir_carnets"] = [tir_carnet(plant) for _ in subject.get("tir_carnets", ())]


def _question(plant, question: Part) -> None:
    if "related" in question and "pointer" not in question:
        need(plant, question, "Question", "pointer")


def _reply(plant, reply: Part) -> None:
    if reply["finding"] == "see-text":
        need(plant, reply, "Reply", "text")


def _use(plant, use: Part) -> None:
    if use["kind"] == "pass-on":
        need(plant, use, "Use", "to")
        use["to"] = once(use["to"])
    else:
        drop(use, "to")
    if use["kind"] != "widen-handling":
        drop(use, "tlp", "h_code", "pap")
    elif not use.keys() & {"tlp", "h_code", "pap"}:
        need(plant, use, "Use", plant.rng.choice(("tlp", "h_code", "pap")))


def _figure(plant, figure: Part) -> None:
    metric = figure["metric"]
    figure["unit"] = UNIT_OF[metric]
    if metric in BY_TRIGGER:
        need(plant, figure, "Figure", "trigger")
    if metric in BY_COMMODITY:
        need(plant, figure, "Figure", "commodity")
    if metric not in SIGNED:
        figure["value"] = figure["value"].lstrip("-")
    if figure["unit"] == "count":
        figure["value"] = figure["value"].partition(".")[0]
    if figure["unit"] == "percent":
        figure["value"] = plant.rng.choice(("0", "100", "62.5", "99.999", "100.000"))
        figure["of"] = plant.rng.choice((1, 99_999_999, plant.rng.randint(1, 5_000)))


def _match(_plant, match: Part) -> None:
    if match["found_in"] != "notice":
        drop(match, "notice")


def _differing(one: str, other: str) -> Callable[[Any, Part], None]:
    def differ(plant, difference: Part) -> None:
        if difference.get(one) == difference.get(other):
            drop(difference, other)
            need(plant, difference, "FoundDifference" if one == "declared" else "Difference", one)

    return differ


def _declared(plant, declared: Part) -> None:
    if declared["release_status"] not in {"released", "released-amended"}:
        drop(declared, "released_at")
    if declared["release_status"] == "not-declared":
        drop(declared, "declaration_mrn", "declaration", "procedure", "goods")
        return
    need(plant, declared, "DeclaredConsignment", "procedure")
    if "declaration_mrn" in declared:
        declared["declaration_mrn"] = mrn(plant)
    elif "declaration" not in declared:
        need(plant, declared, "DeclaredConsignment", "declaration")


def _seized(plant, goods: Part) -> None:
    if goods["commodity"] == "other":
        need(plant, goods, "SeizedGoods", "substance")
    if not Decimal(goods["quantity"]):
        goods["quantity"] = plant.rng.choice(("0.000001", "1", "9999999999.999999"))


def _attachment(plant, file: Part) -> None:
    if "uri" not in file:
        file["size_bytes"] = plant.rng.choice((1, 20_971_520, plant.rng.randint(1, 20_971_520)))


def _do_not_load(plant, refused: Part) -> None:
    if not refused.get("transport_documents") and not refused.get("equipment"):
        need(plant, refused, "DoNotLoad", plant.rng.choice(("transport_documents", "equipment")))


def _handling(title: str) -> Callable[[Any, Part], None]:
    def state(plant, handling: Part) -> None:
        if handling.get("h_code") == "H3":
            need(plant, handling, title, "restrictions")

    return state


PARTS: dict[str, Callable[[Any, Part], None]] = {
    **dict.fromkeys(("ActiveMeans", "PassiveMeans", "SubjectMeans", "ArrivedMeans", "NewMeans"), _means),
    **dict.fromkeys(("Equipment", "SubjectEquipment", "ArrivedEquipment", "TransferredEquipment"), _box),
    **{title: _handling(title) for title in ("Handling", "AlertHandling")},
    "Attachment": _attachment,
    "Party": _party,
    "Place": _place,
    "IncidentPlace": _incident_place,
    "GoodsItem": _goods_item,
    "DeclaredGoods": _goods,
    "Subject": _subject,
    "Question": _question,
    "Reply": _reply,
    "Use": _use,
    "Figure": _figure,
    "Match": _match,
    "FoundDifference": _differing("declared", "found"),
    "Difference": _differing("at_exit", "at_entry"),
    "DeclaredConsignment": _declared,
    "SeizedGoods": _seized,
    "DoNotLoad": _do_not_load,
}
"""The parts whose members a rule binds."""
