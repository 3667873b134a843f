"""Keys: under which values a notice, an alert or a watch item is found again.

Responsible for a small number of keys for each, so that a lookup is `(kind, value) IN (…)`. The same
function makes the keys that are stored and those that are looked up. Must not compare: two things that
share a key may still have nothing to do with each other.

How many: one for each identifier; for a box or wagon that fails its check, those one slip away that
pass (15 or so); up to nine for a plate, of at most `MOST_PLATES`; up to twelve for a name, of at most
`MOST_NAMES`. A notice of the corridor has about 40, half of them of names; an alert has three to
ten.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from node.matching.kinds import Kind
from node.matching.marks import Mark
from node.matching.names import name_keys
from node.matching.numbers import repaired, slip_keys
from node.matching.parties import Sighted
from node.matching.sides import Seen, Wanted, look_at, look_for
from node.matching.watch import WatchItem
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.notice import PreArrivalNotice

MOST_PLATES: Final = 6
MOST_NAMES: Final = 200

_ANY, _UNSAID = "*", "?"
"""In the key of a name: whoever looks without a country, and whoever is seen without one."""


@dataclass(frozen=True, slots=True)
class Key:
    """One value under which something is found.

    Attributes:
        kind: what the value is.
        value: the value, as it is stored and looked up.
        pointer: to the member it was made of.
        consignment: sequence, where it belongs to just one.
        written: the member, as it is written.
    """

    kind: Kind
    value: str
    pointer: str
    consignment: int | None
    written: str


def keys_of(item: PreArrivalNotice | Alert | WatchItem | Amendment | Wanted | Seen) -> tuple[Key, ...]:
    """Give the keys of a notice, an alert, a watch item, or of what an amendment carries.

    What has been cancelled has none. Each kind and value comes once, with its first place.
    """
    side = _side(item)
    if side.is_off:
        return ()
    first: dict[tuple[Kind, str], Key] = {}
    for key in _of_wanted(side) if isinstance(side, Wanted) else _of_seen(side):
        first.setdefault((key.kind, key.value), key)
    return tuple(first.values())


def _side(item: PreArrivalNotice | Alert | WatchItem | Amendment | Wanted | Seen) -> Wanted | Seen:
    if isinstance(item, Wanted | Seen):
        return item
    if isinstance(item, PreArrivalNotice):
        return look_at(item)
    if isinstance(item, Amendment) and isinstance(item.document, PreArrivalNotice):
        return look_at(item)
    return look_for(item)


def _of_wanted(wanted: Wanted) -> Iterator[Key]:
    """Give what the thing is found by; of a ship, a voyage and parties only where nothing is more.

    They could not make a match beside a container that is not there; but they would be found in
    every notice of a ferry. So would a ship in all its crossings, where one of them is meant.
    """
    is_specific = wanted.is_specific
    useless = {Kind.SHIP, Kind.VOYAGE} if is_specific else set[Kind]()
    if any(mark.kind is Kind.VOYAGE for mark in wanted.marks):
        useless.add(Kind.SHIP)
    telling = [mark for mark in wanted.marks if mark.kind not in useless]
    yield from _of_marks(telling, has_slips=wanted.has_only_plates)
    if not is_specific:
        yield from _of_parties(wanted.parties, _countries_wanted)


def _of_seen(seen: Seen) -> Iterator[Key]:
    yield from _of_marks(seen.marks, has_slips=True)
    yield from _of_parties(seen.parties, _countries_seen)


def _of_marks(marks: Iterable[Mark], *, has_slips: bool) -> Iterator[Key]:
    listed = tuple(marks)
    others = repaired(mark.number for mark in listed)
    plates = 0
    for mark in listed:
        yield _key(mark)
        if mark.kind is Kind.PLATE and has_slips:
            plates += 1
            if plates <= MOST_PLATES:
                for value in slip_keys(mark.number.value):
                    yield _key(mark, Kind.PLATE_SLIP, value)
        for value in others.get((mark.kind, mark.number.value), ()):
            yield _key(mark, mark.kind, value)


def _countries_wanted(country: str | None) -> tuple[str, ...]:
    """Give with which countries a name is looked for: its own, or one that does not say."""
    return (_ANY,) if country is None else (country, _UNSAID)


def _countries_seen(country: str | None) -> tuple[str, ...]:
    """Give with which countries a name is found: its own, and by whoever does not say."""
    return (country or _UNSAID, _ANY)


def _of_parties(
    parties: Iterable[Sighted], countries: Callable[[str | None], tuple[str, ...]]
) -> Iterator[Key]:
    names: set[tuple[str, str | None]] = set()
    for party in parties:
        for number in party.numbers:
            yield _key(number)
        if len(names) < MOST_NAMES and (party.name.written, party.country) not in names:
            names.add((party.name.written, party.country))
            for value in name_keys(party.name):
                for country in countries(party.country):
                    yield _name_key(party, f"{value}/{country}")


def _key(mark: Mark, kind: Kind | None = None, value: str | None = None) -> Key:
    return Key(
        kind or mark.kind,
        mark.number.value if value is None else value,
        mark.pointer,
        _only(mark.consignments),
        mark.number.written,
    )


def _name_key(party: Sighted, value: str) -> Key:
    return Key(Kind.NAME, value, party.pointer, _only(party.consignments), party.name.written)


def _only(consignments: tuple[int, ...]) -> int | None:
    return consignments[0] if len(consignments) == 1 else None
