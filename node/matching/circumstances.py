"""Circumstances: time, way and goods of a notice beside what is expected of the cargo looked for.

Responsible for what raises or lowers a match that something else has made. None of it ever makes one:
every grape on the ferry is a grape, and every truck of that week came in that week.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from node.conversation.facts import milliseconds
from node.matching.found import Circumstance
from node.matching.sides import Seen, Wanted
from node.message.consignment import Consignment
from node.message.faults import pointer_to

_DAY_MS: Final = 24 * 3_600_000
_HOUR_MS: Final = 3_600_000
_CLOSE_MS: Final = 3 * _DAY_MS
_NEAR_MS: Final = 14 * _DAY_MS
_FAR_MS: Final = 35 * _DAY_MS
"""A box goes round in weeks: within three days it is the same journey, after five weeks another."""

_WHOLE, _DELAYED, _LOWERED, _ANOTHER = 100, 85, 65, 30
"""Percent of the weight of what is used again: on this journey, days off, weeks off, on another one."""

_TIME, _OFFICE, _OTHER_OFFICE, _COUNTRIES, _OTHER_COUNTRIES, _PLACE = 5, 4, -4, 2, -5, 2
_GOODS: Final = ((6, 4, "sub-heading"), (4, 3, "heading"), (2, 2, "chapter"))
"""Digits of an HS code in common, what they are worth, and how they are called."""

_SUSPECTED, _OTHER_GOODS = 3, -2


def kept_percent(wanted: Wanted, seen: Seen) -> int:
    """Say what the time between leaves of the weight of boxes, wagons, plates, seals and voyages."""
    arrival = milliseconds(seen.notice.transport.estimated_arrival_at)
    expected = _expected(wanted)
    if expected is not None:
        distance = abs(arrival - expected)
    else:
        distance = max(wanted.begins - arrival, arrival - wanted.ends, 0)
    if distance <= _CLOSE_MS:
        return _WHOLE
    if distance <= _NEAR_MS:
        return _DELAYED
    return _LOWERED if distance <= _FAR_MS else _ANOTHER


def circumstances(wanted: Wanted, seen: Seen, consignments: tuple[int, ...]) -> tuple[Circumstance, ...]:
    """Compare time, way and goods.

    Args:
        wanted: what is looked for.
        seen: the notice.
        consignments: those concerned; none: all of them.
    """
    every = seen.notice.consignments
    concerned = [each for each in every if not consignments or each.sequence in consignments]
    return (
        *_time(wanted, seen),
        *_office(wanted, seen),
        *_countries(wanted, seen, concerned),
        *_places(wanted, seen, concerned),
        *_goods(wanted, seen, concerned),
    )


def _expected(wanted: Wanted) -> int | None:
    at = wanted.route.estimated_arrival_at if wanted.route else None
    return None if at is None else milliseconds(at)


def _time(wanted: Wanted, seen: Seen) -> Iterator[Circumstance]:
    arrival = milliseconds(seen.notice.transport.estimated_arrival_at)
    expected = _expected(wanted)
    seen_at = pointer_to(*seen.at, "transport", "estimated_arrival_at")
    if expected is not None:
        distance = abs(arrival - expected)
        points = _TIME if distance <= _CLOSE_MS else 0
        when = f"arrives {_span(distance)} {'before' if arrival < expected else 'after'} it is expected"
        at = pointer_to(*wanted.at, "route", "estimated_arrival_at")
        yield _circumstance("time", points, at, seen_at, when if distance else "arrives when expected")
    elif arrival < wanted.begins or arrival > wanted.ends:
        early = arrival < wanted.begins
        distance = wanted.begins - arrival if early else arrival - wanted.ends
        when = f"arrives {_span(distance)} {'before' if early else 'after'} the time it is looked for in"
        name = "valid_from" if early else "valid_until"
        yield _circumstance("time", 0, pointer_to(*wanted.at, name), seen_at, when)


def _span(distance: int) -> str:
    hours = max(1, round(distance / _HOUR_MS))
    if hours < 48:  # noqa: PLR2004  up to two days an officer counts in hours
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{round(hours / 24)} days"


def _office(wanted: Wanted, seen: Seen) -> Iterator[Circumstance]:
    expected = wanted.route.office_of_entry if wanted.route else None
    if expected is None:
        return
    office, at = seen.notice.office_of_entry, pointer_to(*wanted.at, "route", "office_of_entry")
    seen_at = pointer_to(*seen.at, "office_of_entry")
    if office == expected:
        yield _circumstance("office", _OFFICE, at, seen_at, f"enters at {office}, as expected")
    elif office[:2] == expected[:2]:  # an office of another country may lie before or behind it
        words = f"enters at {office}, expected at {expected}"
        yield _circumstance("office", _OTHER_OFFICE, at, seen_at, words)


def _countries(wanted: Wanted, seen: Seen, concerned: Iterable[Consignment]) -> Iterator[Circumstance]:
    expected = wanted.route.countries if wanted.route else None
    if expected is None:
        return
    passed = set(seen.notice.transport.routing_countries or ())
    for each in concerned:
        passed |= {each.country_of_exportation, each.country_of_destination}
        passed |= set(each.routing_countries or ())
    if not passed:
        return
    shared = [country for country in expected if country in passed]
    at, seen_at = pointer_to(*wanted.at, "route", "countries"), pointer_to(*seen.at, "transport")
    if len(shared) > 1:
        words = f"passes {', '.join(shared)}, as expected"
        yield _circumstance("countries", _COUNTRIES, at, seen_at, words)
    elif not shared:
        yield _circumstance("countries", _OTHER_COUNTRIES, at, seen_at, "passes no country expected")


def _places(wanted: Wanted, seen: Seen, concerned: Iterable[Consignment]) -> Iterator[Circumstance]:
    """Compare places by their code: a name is a label, and Alat is in two countries."""
    chosen = tuple(concerned)
    for name in ("place_of_loading", "place_of_unloading"):
        place = getattr(wanted.route, name, None)
        if place is None or place.locode is None:
            continue
        for each in chosen:
            if getattr(each, name).locode == place.locode:
                said = "loaded" if name == "place_of_loading" else "unloaded"
                yield _circumstance(
                    "places",
                    _PLACE,
                    pointer_to(*wanted.at, "route", name),
                    pointer_to(*seen.at, "consignments", each.sequence - 1, name),
                    f"{said} at {place.locode}, as expected",
                )
                break


def _goods(wanted: Wanted, seen: Seen, concerned: Iterable[Consignment]) -> Iterator[Circumstance]:
    items = [
        (
            item.hs_code,
            pointer_to(*seen.at, "consignments", each.sequence - 1, "goods", index, "hs_code"),
        )
        for each in concerned
        for index, item in enumerate(each.goods)
    ]
    if not items:
        return
    declared_at = (*wanted.at, "subject", "declared_goods")
    declared = [
        (item.hs_code, pointer_to(*declared_at, index, "hs_code"))
        for index, item in enumerate(wanted.goods)
    ]
    if declared:
        shared = _best(declared, items)
        words = "no goods of a chapter that is named"
        yield shared or _circumstance("goods", _OTHER_GOODS, declared[0][1], items[0][1], words)
    suspected = [
        (each.hs_code, pointer_to(*wanted.at, "suspected_goods", index, "hs_code"))
        for index, each in enumerate(wanted.suspected)
        if each.hs_code is not None
    ]
    found = _best(suspected, items)
    if found is not None:
        yield found.model_copy(update={"points": min(found.points, _SUSPECTED)})


def _best(wanted: list[tuple[str, str]], items: list[tuple[str, str]]) -> Circumstance | None:
    for length, points, name in _GOODS:
        places: dict[str, str] = {}
        for code, seen_at in items:
            places.setdefault(code[:length], seen_at)
        for code, at in wanted:
            if len(code) >= length and code[:length] in places:
                words = f"goods of {name} {code[:length]} are named in both"
                return _circumstance("goods", points, at, places[code[:length]], words)
    return None


def _circumstance(name: str, points: int, at: str, seen_at: str, words: str) -> Circumstance:
    members = {"name": name, "points": points, "wanted_at": at, "seen_at": seen_at, "words": words}
    return Circumstance.model_validate(members)
