"""Values of foreign messages: numbers, masses, counts, times and a few codes, read strictly.

Responsible for turning one text into one JSON value, exactly, or saying what was expected. Must not
know where the text stands. Decimals are never floats: a kilogram is not rounded by the machine.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

from node.convert.conversion import instant
from node.convert.drafting import Unfit
from node.reference.identifiers import CONTAINER, LOADING_UNIT, fold

_NUMBER = re.compile(r"[0-9]{1,16}(?:[.,][0-9]{1,9})?", re.ASCII)
_COUNT = re.compile(r"0*([0-9]{1,8})", re.ASCII)
_XML_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:[.][0-9]{1,9})?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_HS_LENGTHS = (4, 6, 8, 10)

KILOGRAMS = {  # UN/CEFACT Rec 20; the pound is exact by definition
    "KGM": Decimal(1),
    "TNE": Decimal(1000),
    "GRM": Decimal("0.001"),
    "LBR": Decimal("0.45359237"),
}

MODES = {  # EU transit reference data, box 25: two digits, the second says what is carried
    "10": ("1", ""),
    "12": ("1", "12"),
    "16": ("1", "16"),
    "17": ("1", "17"),
    "18": ("1", "18"),
    "20": ("2", ""),
    "23": ("2", "23"),
    "30": ("3", ""),
    "40": ("4", ""),
    "50": ("5", ""),
    "70": ("7", ""),
    "80": ("8", ""),
}

_TIMES = {  # UN/EDIFACT 2379: the form of a time, and its shape: strptime takes fewer digits
    "101": ("%y%m%d", "[0-9]{6}"),
    "102": ("%Y%m%d", "[0-9]{8}"),
    "201": ("%y%m%d%H%M", "[0-9]{10}"),
    "202": ("%y%m%d%H%M%S", "[0-9]{12}"),
    "203": ("%Y%m%d%H%M", "[0-9]{12}"),
    "204": ("%Y%m%d%H%M%S", "[0-9]{14}"),
    "205": ("%Y%m%d%H%M%z", "[0-9]{12}[+-][0-9]{4}"),
    "303": ("%Y%m%d%H%M%Z", "[0-9]{12}(?:UTC|GMT)"),
}
_DATES = ("101", "102")


def mode(text: str) -> str:
    """Read a mode of transport: Rec 19, or the two digits of the EU."""
    if re.fullmatch("[0-9]", text, re.ASCII):
        return text
    if text not in MODES:
        raise Unfit("convert.mode_unknown", "expected a mode of transport of UN/CEFACT Rec 19")
    return MODES[text][0]


def combined_mode(text: str) -> str:
    """Give the combined mode that two digits of the EU name, or nothing."""
    return MODES.get(text, ("", ""))[1]


def kilograms(unit: str = "KGM") -> Callable[[str], str]:
    """Give the reader of a mass in a unit."""

    def read(text: str) -> str:
        factor = KILOGRAMS.get(unit)
        if factor is None:
            known = ", ".join(KILOGRAMS)
            raise Unfit("convert.unit_unknown", f"expected a unit of mass: {known}")
        return _plain(_decimal(text) * factor, 6)

    return read


def amount(text: str) -> str:
    """Read a sum of money."""
    return _plain(_decimal(text), 3)


def count(text: str) -> int:
    """Read a whole number that counts something."""
    whole = _COUNT.fullmatch(text)
    if whole is None:
        raise Unfit("convert.number", "expected a whole number of up to 8 digits")
    return int(whole[1])


def edifact_time(form: str, zone: tzinfo) -> Callable[[str], str]:
    """Give the reader of a time in one of the forms of UN/EDIFACT 2379.

    Args:
        form: code 2379; 205 and 303 carry their own zone.
        zone: of the forms that name none.
    """
    pattern, shape = _TIMES.get(form, ("", "$^"))

    def read(text: str) -> str:
        if re.fullmatch(shape, text, re.ASCII) is None:
            raise Unfit("convert.time", "expected a time in a form of UN/EDIFACT 2379")
        return _written(text, pattern, UTC if form == "303" else zone)

    return read


def is_date_only(form: str) -> bool:
    """Say whether a form of UN/EDIFACT 2379 has no time of day."""
    return form in _DATES


def names_zone(form: str) -> bool:
    """Say whether a form of UN/EDIFACT 2379 carries its zone."""
    return form in {"205", "303"}


def xml_time(zone: tzinfo) -> Callable[[str], str]:
    """Give the reader of an XML date and time; the zone is of those that name none."""

    def read(text: str) -> str:
        match = _XML_TIME.fullmatch(text)
        if match is None:
            raise Unfit("convert.time", "expected a date and time: YYYY-MM-DDThh:mm:ss")
        pattern = "%Y-%m-%dT%H:%M:%S" + ("%z" if match[2] else "")
        return _written(match[1] + (match[2] or ""), pattern, zone)

    return read


def names_xml_zone(text: str) -> bool:
    """Say whether an XML date and time carries its zone."""
    match = _XML_TIME.fullmatch(text)
    return match is not None and match[2] is not None


def _written(text: str, pattern: str, zone: tzinfo) -> str:
    try:
        moment = datetime.strptime(text, pattern)  # noqa: DTZ007  the zone is given below
        return instant(moment if moment.tzinfo else moment.replace(tzinfo=zone))
    except (ValueError, OverflowError):  # at the ends of the calendar a zone leads out of it
        raise Unfit("convert.time", "no such day or time of day") from None


def commodity(text: str) -> str:
    """Read a commodity code: its digits, points and spaces left out."""
    digits = re.sub("[ .]", "", text)
    if len(digits) not in _HS_LENGTHS or not re.fullmatch("[0-9]+", digits, re.ASCII):
        raise Unfit("convert.commodity_code", "expected 4, 6, 8 or 10 digits of the tariff")
    return digits


def equipment_scheme(number: str) -> str:
    """Say by which rule a box is numbered; what follows neither is held to the container's."""
    folded = fold(number)
    is_unit = LOADING_UNIT.shape.fullmatch(folded) and not CONTAINER.shape.fullmatch(folded)
    return "ilu" if is_unit else "iso6346"


def _decimal(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) is None:
        raise Unfit("convert.number", "expected a number: digits, at most one point or comma")
    return Decimal(text.replace(",", "."))


def _plain(number: Decimal, places: int) -> str:
    written = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN):f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
