"""One cell of a table becomes one value of a document.

Responsible for how text, numbers, yes and no, and times may be written in a cell. Must not know
where the cell stands. What two readers could read differently is refused, never guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Final

from node.convert.columns import Column, Kind
from node.convert.conversion import Concern, instant

CellValue = str | int | float | bool | date | datetime | time | timedelta
Plain = str | int | bool

MAX_CELL_CHARACTERS: Final = 16_384  # a full list of 99 texts fits; a document has 256 KiB

_TRUE: Final = frozenset(
    ["true", "yes", "y", "1", "да", "истина", "bəli", "hə", "ha", "ҳа", "evet", "hawa"]
)
_FALSE: Final = frozenset(
    ["false", "no", "n", "0", "нет", "ложь", "xeyr", "yox", "yo'q", "йўқ", "hayir", "ýok"]
)
# The apostrophes that Uzbek is typed with, and the dotted and dotless i that case folding leaves.
_SPELLINGS: Final = str.maketrans(
    {"\u02bb": "'", "\u02bc": "'", "\u2018": "'", "\u2019": "'", "`": "'", "\u0131": "i", "\u0307": ""}
)
_GROUPS: Final = re.compile(r"^-?(\d{1,3})([ '\u00a0\u202f]\d{3})+(?=[.,]|$)", re.ASCII)
_EXACT: Final = re.compile(r"^-?(0|[1-9]\d*)(\.\d+)?$", re.ASCII)
_NUMBER: Final = re.compile(r"^-?\d+([.,]\d+)?$", re.ASCII)
_THOUSANDS: Final = re.compile(r"^-?[1-9]\d{0,2}[.,]\d{3}$", re.ASCII)
_SHORTENED: Final = re.compile(r"^\d([.,]\d+)?E[+]?\d+$", re.ASCII)
_DIGITS_KEPT: Final = 15  # a spreadsheet keeps no more digits of a number
_MOMENT: Final = re.compile(
    r"^(?:(?P<y>\d{4})-(?P<m>\d\d?)-(?P<d>\d\d?)|(?P<d2>\d\d?)\.(?P<m2>\d\d?)\.(?P<y2>\d{4}))"
    r"(?P<clock>[T ]+(?P<h>\d\d?):(?P<min>\d\d)(?::(?P<s>\d\d)(?:\.0+)?)?)?"
    r" ?(?P<zone>Z|[+-]\d\d:?\d\d)?$",
    re.ASCII,
)


class CellError(Exception):
    """A cell that cannot be read; the message says why and never what stood in it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says.

    Attributes:
        value: a JSON value, or several where the column is a list.
        remarks: what was filled in or looks doubtful, in words.
    """

    value: Plain | list[Plain]
    remarks: tuple[tuple[Concern, str], ...] = ()


def is_filled(value: object) -> bool:
    """Say whether a cell says anything."""
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def read_cell(column: Column, value: CellValue, zone: tzinfo) -> Reading:
    """Read a filled cell as its column wants it.

    Raises:
        CellError: it cannot be read, or in more than one way.
    """
    if isinstance(value, str) and len(value) > MAX_CELL_CHARACTERS:
        raise CellError(f"the cell is longer than {MAX_CELL_CHARACTERS} characters")
    if not column.is_list:
        return _read_one(column, value, zone)
    parts = split_list(value) if isinstance(value, str) else [value]
    readings = [_read_one(column, part, zone) for part in parts]
    remarks = dict.fromkeys(remark for reading in readings for remark in reading.remarks)
    return Reading([one.value for one in readings if not isinstance(one.value, list)], tuple(remarks))


def split_list(text: str) -> list[str]:
    r"""Take the values of a list apart at `;`; `\;` and `\\` stand for the characters themselves."""
    parts = [""]
    escaped = False
    for character in text:
        if escaped:
            parts[-1] += character if character in ";\\" else f"\\{character}"
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ";":
            parts.append("")
        else:
            parts[-1] += character
    parts[-1] += "\\" if escaped else ""
    return [part.strip() for part in parts if part.strip()]


def join_list(values: list[str]) -> str:
    """Write the values of a list into one cell; the inverse of `split_list`."""
    return "; ".join(value.replace("\\", "\\\\").replace(";", "\\;") for value in values)


def _read_one(column: Column, value: CellValue, zone: tzinfo) -> Reading:
    if isinstance(value, str):
        value = value.strip()
    if column.kind is Kind.INSTANT:
        return _read_instant(value, zone)
    if column.kind is Kind.BOOLEAN:
        return Reading(_read_boolean(value))
    if isinstance(value, date | time | timedelta):
        raise CellError("the spreadsheet made a date of it; format the cell as text and write it again")
    if column.kind is Kind.INTEGER:
        return Reading(_read_integer(value))
    return _read_decimal(value) if column.kind is Kind.DECIMAL else _read_text(value)


def _read_text(value: str | float) -> Reading:
    if isinstance(value, bool):
        raise CellError("expected text, found yes or no")
    if not isinstance(value, str):
        return Reading(_digits(value))
    if _SHORTENED.match(value):
        raise CellError("the spreadsheet has shortened a long number; format the cell as text")
    if "\n" in value or "\r" in value:
        return Reading(" ".join(value.split()), (("doubtful", "line breaks became spaces"),))
    return Reading(value)


def _read_boolean(value: CellValue) -> bool:
    word = str(value).casefold().translate(_SPELLINGS)
    if word in _TRUE | _FALSE:
        return word in _TRUE
    raise CellError("expected yes or no")


def _read_integer(value: str | float) -> int:
    if isinstance(value, bool):
        raise CellError("expected a whole number, found yes or no")
    number = Decimal(_plain_number(value) if isinstance(value, str) else _digits(value))
    if number != number.to_integral_value():
        raise CellError("expected a whole number")
    return int(number)


def _read_decimal(value: str | float) -> Reading:
    if isinstance(value, bool):
        raise CellError("expected a number, found yes or no")
    if not isinstance(value, str):
        return Reading(_digits(value))
    number = _plain_number(value)
    if _THOUSANDS.match(number):
        return Reading(number, (("doubtful", "the point was read as a decimal point"),))
    return Reading(number)


def _plain_number(text: str) -> str:
    """Bring a number written by a person to digits, one point, digits.

    A comma is a decimal comma. Where it could as well part thousands, nobody knows.
    """
    if _EXACT.match(text):
        return _bounded(text)
    grouped = _GROUPS.match(text)
    if grouped:
        text = re.sub(r"[^\d-]", "", grouped[0]) + text[grouped.end() :]
    elif _THOUSANDS.match(text) and "," in text:
        raise CellError("the comma may part thousands or decimals; write 1234 or 1234.5")
    if not _NUMBER.match(text):
        raise CellError("expected a number without unit, such as 1234.5")
    whole, _, part = _bounded(text).replace(",", ".").partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{whole.lstrip('-0') or '0'}{f'.{part}' if part else ''}"


def _bounded(text: str) -> str:
    if len(text) > 2 * _DIGITS_KEPT:
        raise CellError("the number has more digits than any member holds")
    return text


def _digits(value: float) -> str:
    """Write a spreadsheet's number without exponent, as far as its digits are known."""
    number = Decimal(value) if isinstance(value, int) else Decimal(format(value, f".{_DIGITS_KEPT}g"))
    if not number.is_finite() or abs(number) >= 10**_DIGITS_KEPT:
        raise CellError(f"expected a number of up to {_DIGITS_KEPT} digits; or format it as text")
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read_instant(value: CellValue, zone: tzinfo) -> Reading:
    if isinstance(value, datetime):
        return _in_zone(_to_second(value), zone)
    if isinstance(value, date):
        return _in_zone(datetime.combine(value, time()), zone, has_clock=False)
    found = _MOMENT.match(value) if isinstance(value, str) else None
    if found is None:
        raise CellError(
            "expected a time such as 2026-11-24 06:00, 24.11.2026 06:00 or 2026-11-24T06:00:00Z"
        )
    year, month, day, hour, minute, second = _numbers(found)
    try:
        local = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone follows
    except ValueError:
        raise CellError("there is no such date or time") from None
    return _in_zone(
        local,
        _offset(found["zone"]) or zone,
        is_said=bool(found["zone"]),
        has_clock=bool(found["clock"]),
    )


def _to_second(value: datetime) -> datetime:
    """Round a spreadsheet's time: a fraction of a day is rarely a whole second."""
    try:
        return (value + timedelta(microseconds=500_000)).replace(microsecond=0)
    except OverflowError:
        raise CellError("there is no such date or time") from None


def _numbers(found: re.Match[str]) -> Iterator[int]:
    for names in (("y", "y2"), ("m", "m2"), ("d", "d2"), ("h",), ("min",), ("s",)):
        yield next((int(found[name]) for name in names if found[name]), 0)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:  # noqa: PLR2004 - UTC+14 is the furthest zone; 60 minutes an hour
        raise CellError("there is no such zone")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def _in_zone(local: datetime, zone: tzinfo, *, is_said: bool = False, has_clock: bool = True) -> Reading:
    remarks: list[tuple[Concern, str]] = []
    if not is_said:
        remarks.append(("defaulted", f"no zone is given: read as {zone}"))
    if not has_clock:
        remarks.append(("doubtful", "no time of day is given: read as the beginning of the day"))
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    try:
        moment = first.astimezone(UTC)
        back = moment.astimezone(zone).replace(tzinfo=None)
    except OverflowError:
        raise CellError("there is no such date or time") from None
    if back != local:
        raise CellError("there is no such time in this zone: the clock was put forward")
    if first.utcoffset() != second.utcoffset():
        remarks.append(("doubtful", "this time comes twice, the clock was put back: read as the first"))
    return Reading(instant(moment), tuple(remarks))
