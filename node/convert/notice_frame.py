"""What every notice made from a message begins and ends with.

Responsible for header, reference and version at the beginning, and at the end for the members that
follow from others or from what the sender adds to the file. Must not know any source format.
"""

import re
from decimal import Decimal

from node.convert.conversion import Context, Draft, instant
from node.convert.drafting import Drafting, Found, Path

NOTICE = "pre-arrival-notice/1"

_NOT_REFERENCE = re.compile(r"[^A-Za-z0-9._/-]+")
_REFERENCE_LENGTH = 35
_COMBINED = (("20", "12"), ("30", "16"), ("31", "17"))
"""Identification type of what a ship carries to the combined mode; the first that fits."""


def begin_notice(
    drafting: Drafting,
    context: Context,
    number: Found | None,
    system: str,
    function: str,
    *,
    is_test: bool = False,
) -> None:
    """Write the header. The reference follows from the source's own number: same file, same reference.

    Args:
        drafting: to write into.
        context: what the file does not say.
        number: of the source.
        system: who numbers like this, for `external_references`.
        function: 9, 5 or 1; the last two need a version that the source does not have.
        is_test: the source says that it is test traffic.
    """
    own = _NOT_REFERENCE.sub("-", number.text) if number else "1"
    reference = f"{context.prefix}-{own}"[:_REFERENCE_LENGTH]
    header = context.header(NOTICE, reference)
    header["function"] = function
    drafting.value.update(header)
    for member in ("originator", "recipients", "priority", "valid_until", "handling"):
        drafting.say("defaulted", f"/{member}", "not in the file: as you said", "the options")
    if is_test:
        drafting.assume(("test",), value=True, text="the source says that it is test traffic")
    else:
        drafting.say("defaulted", "/test", "not in the file: as you said", "the options")
    if number is None:
        drafting.fail("convert.reference_missing", "the message has no number of its own")
    else:
        drafting.assume(("reference",), reference, "made from the number of the source", number.source)
        drafting.put(("external_references", 0, "system"), Found(system, number.source))
        drafting.put(("external_references", 0, "reference"), number)
    if function != "9":
        text = "the source does not number its versions: 2 is taken; raise it for a later change"
        drafting.assume(("version",), 2, text)


def finish_notice(drafting: Drafting, context: Context) -> Draft:
    """Fill in what follows from other members, and give the judged draft."""
    if drafting.get("office_of_entry") is None and context.office:
        drafting.assume(("office_of_entry",), context.office, "not in the file: as you said")
    arrival: Path = ("transport", "estimated_arrival_at")
    if drafting.get(*arrival) is None and context.arrival:
        drafting.assume(arrival, instant(context.arrival), "not in the file: as you said")
    _combine(drafting)
    boxes = drafting.get("equipment") or ()
    boxed = {ref["consignment"] for box in boxes for ref in box.get("goods", ())}
    for index in range(drafting.count("consignments")):
        _complete_consignment(drafting, index, boxed)
    if drafting.get("total_gross_mass") is None:
        total = f"{_gross_mass(drafting):f}"
        drafting.assume(("total_gross_mass",), total, "not in the file: the sum of the items")
    return drafting.finish(context.lists)


def _combine(drafting: Drafting) -> None:
    means = drafting.get("transport", "passive_means") or ()
    types = {one.get("identification_type") for one in means}
    path: Path = ("transport", "combined_mode")
    if drafting.get("transport", "mode") == "1" and drafting.get(*path) is None:
        for carried, combined in _COMBINED:
            if carried in types:
                drafting.assume(path, combined, "follows from what the ship carries")
                return


def _complete_consignment(drafting: Drafting, index: int, boxed: set[int]) -> None:
    at: Path = ("consignments", index)
    countries = {
        "country_of_exportation": "place_of_loading",
        "country_of_destination": "place_of_unloading",
    }
    for member, place in countries.items():
        country = drafting.get(*at, place, "country")
        if drafting.get(*at, member) is None and country is not None:
            drafting.assume((*at, member), country, f"not in the file: the country of {place}")
    if drafting.get(*at, "container_indicator") is None:
        if boxed or not drafting.count("equipment"):
            indicator = "1" if index + 1 in boxed else "0"
            drafting.value["consignments"][index]["container_indicator"] = indicator
        else:
            text = "the file does not say which goods are in which box"
            drafting.assume((*at, "container_indicator"), "1", text)


def _gross_mass(drafting: Drafting) -> Decimal:
    items = (item for each in drafting.get("consignments") or () for item in each.get("goods", ()))
    total = sum((Decimal(item.get("gross_mass", "0")) for item in items), Decimal(0))
    return total.normalize() if total else Decimal(0)
