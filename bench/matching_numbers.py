"""Measured cases that name a number: of a box, a wagon, a plate, a document, a ship and its voyage.

Responsible for putting one number on both sides, in half of the cases badly written in the alert, in
half in the notice.
"""

from collections.abc import Callable
from typing import Any, Final

from bench.matching_parts import Members
from bench.matching_traffic import Traffic
from bench.matching_wanted import Case, alert, around

Noise = Callable[[Any, str], str]
_HALF = 0.5


def number(member: str, spoil: Noise | None = None, *, loose: bool = False) -> Callable[[Traffic], Any]:
    """Make cases that name one number. Loose: written under a scheme that takes any number."""

    def make(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
        source, take, put = PLACES[member]
        notice = source(traffic)
        right = take(notice)
        wrong = spoil(traffic.rng, right) if spoil else right
        is_alerts = traffic.rng.random() < _HALF
        looked_for, seen = (wrong, right) if is_alerts else (right, wrong)
        subject = put(notice, seen, looked_for)
        if loose:
            box = subject["equipment"][0] if is_alerts else notice["equipment"][0]
            box["identification_scheme"] = "other"
        return alert(traffic, notice, subject | around(traffic, notice)), [notice], []

    return make


def _box_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["equipment"][0]["identification"] = seen
    return {"equipment": [{"identification": looked_for}]}


def _wagon_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["transport"]["passive_means"][0]["identification"] = seen
    return {"passive_means": [{"identification": looked_for, "identification_type": "20"}]}


def _plate_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["transport"]["active_means"]["identification"] = seen
    return {"passive_means": [{"identification": looked_for, "identification_type": "30"}]}


def both_plates(notice: Members, seen: str, looked_for: str) -> Members:
    """Put the plate of a truck on both sides, and name its trailer beside it."""
    trailer = notice["transport"]["passive_means"][0]
    listed = {"identification": trailer["identification"], "identification_type": "31"}
    subject = _plate_of(notice, seen, looked_for)
    return {"passive_means": [*subject["passive_means"], listed]}


def _document_of(notice: Members, seen: str, looked_for: str) -> Members:
    document = notice["consignments"][0]["transport_document"]
    notice["consignments"][0]["transport_document"] = document | {"number": seen}
    return {"transport_documents": [document | {"number": looked_for}]}


def _ucr_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["consignments"][0]["ucr"] = seen
    return {"ucrs": [looked_for]}


def _mrn_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["declaration_mrn"] = seen
    return {"declaration_mrns": [looked_for]}


def _declaration_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["previous_documents"][0]["number"] = seen
    return {"declarations": [looked_for]}


def _tir_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["consignments"][0] |= {"tir_carnet": seen}
    notice["consignments"][0]["transport_document"] = {"number": seen, "type": "N952"}
    return {"tir_carnets": [looked_for]}


def _seal_of(notice: Members, seen: str, looked_for: str) -> Members:
    notice["equipment"][0]["seals"][0]["number"] = seen
    return {"equipment": [{"identification": "TEST0000000", "identification_scheme": "other",
                           "seals": [looked_for]}]}  # fmt: skip


def _truck_where(member: str) -> Callable[[Traffic], Members]:
    """Make trucks until one has a member."""

    def make(traffic: Traffic) -> Members:
        while True:
            notice = traffic.truck()
            if member in notice or member in notice["consignments"][0]:
                return notice

    return make


PLACES: Final[dict[str, tuple[Any, Any, Any]]] = {
    "container": (Traffic.wagon, lambda n: n["equipment"][0]["identification"], _box_of),
    "box of several": (Traffic.box, lambda n: n["equipment"][0]["identification"], _box_of),
    "wagon": (
        Traffic.wagon, lambda n: n["transport"]["passive_means"][0]["identification"], _wagon_of
    ),
    "plate": (Traffic.truck, lambda n: n["transport"]["active_means"]["identification"], _plate_of),
    "plates": (Traffic.truck, lambda n: n["transport"]["active_means"]["identification"], both_plates),
    "document": (
        Traffic.consolidated, lambda n: n["consignments"][0]["transport_document"]["number"],
        _document_of,
    ),
    "ucr": (Traffic.consolidated, lambda n: n["consignments"][0]["ucr"], _ucr_of),
    "mrn": (_truck_where("declaration_mrn"), lambda n: n["declaration_mrn"], _mrn_of),
    "declaration": (
        _truck_where("previous_documents"), lambda n: n["previous_documents"][0]["number"],
        _declaration_of,
    ),
    "tir": (_truck_where("tir_carnet"), lambda n: n["consignments"][0]["tir_carnet"], _tir_of),
    "seal": (Traffic.wagon, lambda n: n["equipment"][0]["seals"][0]["number"], _seal_of),
}  # fmt: skip
"""What is named: which notice has it, how it is read there, how it is put on both sides."""


def notice_named(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """Make a case that names the notice itself."""
    notice = traffic.wagon()
    named = {"authority": notice["originator"]["authority"], "reference": notice["reference"]}
    return alert(traffic, notice, {"notices": [named]}), [notice], []


def voyage(spoil: Noise | None = None) -> Callable[[Traffic], Case]:
    """Make cases that name a ship and its voyage: all that is on board is concerned."""

    def make(traffic: Traffic) -> Case:
        notice = traffic.wagon()
        means = notice["transport"]["active_means"]
        wrong = {
            "identification": f"IMO {means['identification']}",
            "conveyance_reference": spoil(traffic.rng, means["conveyance_reference"]),
        } if spoil else {}  # fmt: skip
        wanted = {name: means[name] for name in means if name != "name"} | wrong

        def is_on_board(other: Members) -> bool:
            theirs = other["transport"]["active_means"]
            return theirs.get("conveyance_reference") == means["conveyance_reference"]

        made = alert(traffic, notice, {"active_means": wanted})
        return Case("", made, (notice,), frozenset({notice["reference"]}), is_on_board)

    return make
