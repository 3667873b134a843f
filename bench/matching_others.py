"""Measured cases of cargo that was split, and of other cargo that resembles what is looked for.

Responsible for what must be found although it is in parts, and for what must not be found.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench import matching_noise as noise
from bench.matching_numbers import PLACES, both_plates
from bench.matching_parts import Members, checked, moment, utc
from bench.matching_traffic import Traffic
from bench.matching_wanted import alert, around
from node.reference.identifiers import CONTAINER, WAGON


def split(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """One consignment note, its boxes under two notices; the alert names the note and one box."""
    first, second = traffic.wagon(), traffic.wagon()
    number = first["consignments"][0]["transport_document"]
    second["consignments"][0]["transport_document"] = number
    second["consignments"][0]["ucr"] = first["consignments"][0]["ucr"]
    arrival = moment(first["transport"]["estimated_arrival_at"]) + timedelta(days=2)
    second["transport"]["estimated_arrival_at"] = utc(arrival)
    crossing = {"conveyance_reference": f"XX-{traffic.rng.randrange(10**4, 10**5)}"}
    second["transport"]["active_means"] |= crossing
    box = {"identification": first["equipment"][0]["identification"]}
    wanted = alert(traffic, first, {"transport_documents": [number], "equipment": [box]})
    return wanted, [first, second], []


def boxes_apart(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """Several boxes of one consignment; the alert names another box of it, and the UCR."""
    notice = traffic.box()
    ucr = notice["consignments"][0]["ucr"]
    gone = {"identification": traffic.wagon()["equipment"][0]["identification"]}
    return alert(traffic, notice, {"ucrs": [ucr], "equipment": [gone]}), [notice], []


def master(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """One box with several consignments; the alert names the master document above them."""
    notice = traffic.consolidated()
    master = {"number": f"BL-{traffic.rng.randrange(10**8):08d}", "type": "N704"}
    for consignment in notice["consignments"]:
        consignment["master_document"] = master
    return alert(traffic, notice, {"transport_documents": [master]}), [notice], []


def next_number(member: str, step: Callable[[str], str]) -> Callable[[Traffic], Any]:
    """Make cases where another cargo has the very next number, which passes its check too."""

    def make(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
        source, take, put = PLACES[member]
        notice = source(traffic)
        other = traffic.neighbour(notice)
        right = take(notice)
        put(other, step(right), right)
        return alert(traffic, notice, put(notice, right, right)), [notice], [other]

    return make


def later(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """The same box and wagon two months later, with another cargo."""
    notice = traffic.wagon()
    again = traffic.later(notice, traffic.rng.randint(55, 70))
    box = {"identification": notice["equipment"][0]["identification"]}
    return alert(traffic, notice, {"equipment": [box]}), [notice], [again]


def later_truck(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """The same truck and trailer two months later."""
    notice = traffic.truck()
    again = traffic.later(notice, traffic.rng.randint(55, 70))
    subject = both_plates(notice, *[notice["transport"]["active_means"]["identification"]] * 2)
    return alert(traffic, notice, subject), [notice], [again]


def beside(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """Another wagon of the same company on the same voyage, same goods, same day."""
    notice = traffic.wagon()
    others = [traffic.neighbour(notice) for _ in range(3)]
    box = {"identification": notice["equipment"][0]["identification"]}
    wagon = {"identification": notice["transport"]["passive_means"][0]["identification"],
             "identification_type": "20"}  # fmt: skip
    subject = {"equipment": [box], "passive_means": [wagon],
               "active_means": notice["transport"]["active_means"],
               "parties": [{"role": "CZ", "party": notice["consignments"][0]["consignor"]}]}  # fmt: skip
    return alert(traffic, notice, subject), [notice], others


def beside_truck(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """Another truck of the same company on the same day; its plate is one digit away."""
    notice = traffic.truck()
    other = traffic.neighbour(notice)
    own = notice["transport"]["active_means"]
    other["transport"]["active_means"] = own | {
        "identification": noise.mistyped(traffic.rng, own["identification"])
    }
    subject = around(traffic, notice) | {
        "passive_means": [{"identification": own["identification"], "identification_type": "30"}]
    }
    return alert(traffic, notice, subject), [notice], [other]


def gone(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """The box that is looked for is not there; everything around it is."""
    notice = traffic.wagon()
    other = traffic.neighbour(notice)
    box = {"identification": notice["equipment"][0]["identification"]}
    around = {"active_means": notice["transport"]["active_means"],
              "declared_goods": notice["consignments"][0]["goods"]}  # fmt: skip
    return alert(traffic, notice, {"equipment": [box]} | around), [], [other]


def next_box(number: str) -> str:
    """Give the number of the box that was made after it."""
    return checked(CONTAINER, f"{number[:4]}{(int(number[4:10]) + 1) % 10**6:06d}")


def next_wagon(number: str) -> str:
    """Give the number of the wagon that was made after it."""
    return checked(WAGON, f"{number[0]}{(int(number[1:7]) + 1) % 10**6:06d}")
