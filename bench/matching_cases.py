"""Labelled cases: alerts and watch items on cargo of the traffic, and which notices they concern.

Responsible for the list of kinds. The truth against which the matching is measured is known from how a
case is made, never from comparing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from bench import matching_noise as noise
from bench.matching_names import ENGLISH, NATIVE, RUSSIAN
from bench.matching_numbers import notice_named, number, voyage
from bench.matching_others import (
    beside,
    beside_truck,
    boxes_apart,
    gone,
    later,
    later_truck,
    master,
    next_box,
    next_number,
    next_wagon,
    split,
)
from bench.matching_parties import abroad, company, individual, namesake, sister, spelled
from bench.matching_parts import Members
from bench.matching_traffic import Traffic
from bench.matching_wanted import Case


@dataclass(frozen=True, slots=True)
class Maker:
    """How cases of one kind are made; the group says what is asked of them."""

    kind: str
    group: str
    make: Callable[[Traffic], tuple[Members, list[Members], list[Members]] | Case]


def cases(traffic: Traffic, each: int) -> Iterator[tuple[Maker, Case]]:
    """Give so many cases of every kind."""
    for maker in MAKERS:
        for _ in range(each):
            made = maker.make(traffic)
            if isinstance(made, Case):
                yield maker, replace(made, kind=maker.kind)
                continue
            wanted, concerned, others = made
            named = frozenset(notice["reference"] for notice in concerned)
            yield maker, Case(maker.kind, wanted, (*concerned, *others), named)


EXACT, FOLDED, ALIKE, SLIP, NAME, SPLIT, OTHER = (
    "exact", "folded", "look-alike", "slip", "name", "split", "other cargo"
)  # fmt: skip


MAKERS: Final = (
    Maker("container", EXACT, number("container")),
    Maker("wagon", EXACT, number("wagon")),
    Maker("truck and trailer", EXACT, number("plates")),
    Maker("only a plate and a date", EXACT, number("plate")),
    Maker("only ship and voyage", EXACT, voyage()),
    Maker("transport document", EXACT, number("document")),
    Maker("UCR", EXACT, number("ucr")),
    Maker("MRN", EXACT, number("mrn")),
    Maker("national declaration", EXACT, number("declaration")),
    Maker("TIR carnet", EXACT, number("tir")),
    Maker("notice named", EXACT, notice_named),
    Maker("seal, box unknown", EXACT, number("seal")),
    Maker("tax number of a party", EXACT, company(lambda _, c: c.name(), number=True)),
    Maker("container with signs between", FOLDED, number("container", noise.spaced)),
    Maker("container in small letters", FOLDED, number("container", noise.lowered)),
    Maker("container with Cyrillic letters", FOLDED, number("container", noise.foreign)),
    Maker("wagon with signs between", FOLDED, number("wagon", noise.spaced)),
    Maker("plate with signs between", FOLDED, number("plate", noise.spaced)),
    Maker("plate with Cyrillic letters", FOLDED, number("plate", noise.foreign)),
    Maker("document in small letters", FOLDED, number("document", noise.lowered)),
    Maker("document with signs between", FOLDED, number("document", noise.spaced)),
    Maker("UCR with signs between", FOLDED, number("ucr", noise.spaced)),
    Maker("IMO before the ship, voyage with signs", FOLDED, voyage(noise.spaced)),
    Maker("container, O for 0 and the like", ALIKE, number("container", noise.alike, loose=True)),
    Maker("container without check digit", ALIKE, number("container", noise.bare, loose=True)),
    Maker("plate, O for 0 and the like", ALIKE, number("plate", noise.alike)),
    Maker("document, O for 0 and the like", ALIKE, number("document", noise.alike)),
    Maker("document, its word otherwise or not there", ALIKE, number("document", noise.prefixed)),
    Maker("container, one digit wrong", SLIP, number("container", noise.mistyped)),
    Maker("container, two digits changed over", SLIP, number("container", noise.changed_over)),
    Maker("wagon, one digit wrong", SLIP, number("wagon", noise.mistyped)),
    Maker("wagon, two digits changed over", SLIP, number("wagon", noise.changed_over)),
    Maker("truck's plate one digit wrong, trailer right", SLIP, number("plates", noise.mistyped)),
    Maker("only a plate, one digit wrong", SLIP, number("plate", noise.mistyped)),
    Maker("company, the same name", NAME, company(spelled(NATIVE))),
    Maker("company in Russian", NAME, company(spelled(RUSSIAN))),
    Maker("company in English", NAME, company(spelled(ENGLISH))),
    Maker("company, other legal form", NAME, company(lambda _, c: c.name(NATIVE, form=ENGLISH))),
    Maker("company, other order of words", NAME, company(lambda _, c: c.turned())),
    Maker("company without marks on letters", NAME, company(lambda t, c: noise.plain(t.rng, c.name()))),
    Maker("company, one letter wrong", NAME, company(lambda t, c: noise.slipped(t.rng, c.name()))),
    Maker("person, full name in Russian", NAME, individual(NATIVE, RUSSIAN)),
    Maker("person, full name in English", NAME, individual(NATIVE, ENGLISH)),
    Maker("person, given name and surname only", NAME, individual(NATIVE, RUSSIAN, short=True)),
    Maker("document over two notices, one box named", SPLIT, split),
    Maker("one box of several", SPLIT, number("box of several")),
    Maker("UCR, the named box is not there", SPLIT, boxes_apart),
    Maker("master document over several consignments", SPLIT, master),
    Maker("the next container number", OTHER, next_number("container", next_box)),
    Maker("the next wagon number", OTHER, next_number("wagon", next_wagon)),
    Maker("same company, voyage, goods; other wagon", OTHER, beside),
    Maker("same company and day; plate one digit away", OTHER, beside_truck),
    Maker("the box is not there, all else is", OTHER, gone),
    Maker("same box two months later", OTHER, later),
    Maker("same truck two months later", OTHER, later_truck),
    Maker("sister company", OTHER, sister),
    Maker("same name, other country", OTHER, abroad),
    Maker("namesake", OTHER, namesake),
)
"""Every kind of case. Of `other cargo` the point is what must not be found beside the cargo itself."""
