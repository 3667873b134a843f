"""Identifiers: folded for matching, held to their structure, doubted where a check digit fails.

Responsible for one rule: normalise, compare, warn. What cannot be the identifier it is said to be
is malformed; a failed check digit, a placeholder, or letters of another alphabet make it doubtful,
and it travels as it was written. Must not change what was entered.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from stdnum import imo as stdnum_imo
from stdnum import iso6346 as stdnum_iso6346
from stdnum import luhn as stdnum_luhn

_LOOK_ALIKES = str.maketrans("АВЕКМНОРСТУХІЈЅ", "ABEKMHOPCTYXIJS")  # noqa: RUF001  the point of it
_NOT_PLAIN = re.compile("[^A-Z0-9]")
_LETTERS = re.compile("[A-Z]")

_USUAL_PLATES = {
    "AZ": re.compile("[0-9]{2}[A-Z]{2}[0-9]{3}"),
    "KZ": re.compile("[0-9]{3}[A-Z]{3}[0-9]{2}"),
    "TM": re.compile("[A-Z]{2}[0-9]{4}(?:AG|AH|BN|DZ|LB|MR)"),
    "UZ": re.compile("[0-9]{2}(?:[A-Z][0-9]{3}[A-Z]{2}|[0-9]{3}[A-Z]{3})"),
}


def fold(text: str) -> str:
    """Bring an identifier to the form used for matching.

    Compatibility forms (NFKC), capitals, separators dropped, Cyrillic look-alikes to Latin.
    Folding twice is folding once.
    """
    if text.isascii():
        return _NOT_PLAIN.sub("", text.upper())
    capitals = unicodedata.normalize("NFKC", text).upper().translate(_LOOK_ALIKES)
    folded = "".join(letter for letter in capitals if letter.isalnum())
    return folded if folded == text else fold(folded)


def has_foreign_letters(text: str) -> bool:
    """Say whether folding replaces letters of another alphabet by the Latin ones they resemble."""
    capitals = text.upper()
    return not text.isascii() and capitals.translate(_LOOK_ALIKES) != capitals


@dataclass(frozen=True, slots=True)
class Scheme:
    """How one kind of identifier is built.

    Attributes:
        shape: what its folded form must match as a whole.
        expected: the same in plain words.
        is_right: says whether the check digit of a folded number fits; None where there is none.
    """

    shape: re.Pattern[str]
    expected: str
    is_right: Callable[[str], bool] | None = None


def _has_box_check(folded: str) -> bool:
    return bool(stdnum_iso6346.calc_check_digit(folded[:-1]) == folded[-1])


def _has_ship_check(folded: str) -> bool:
    digits = folded[-7:]
    return bool(stdnum_imo.calc_check_digit(digits[:6]) == digits[6])


def _has_luhn_check(folded: str) -> bool:
    return bool(stdnum_luhn.checksum(folded) == 0)


CONTAINER = Scheme(  # ISO 6346
    re.compile("[A-Z]{3}[UJZR][0-9]{7}"),
    "three letters, U, J or Z, seven digits (ISO 6346)",
    _has_box_check,
)
LOADING_UNIT = Scheme(  # EN 13044-1: swap bodies and semi-trailers
    re.compile("[A-Z]{3}[ABDEK][0-9]{7}"),
    "three letters, A, B, D, E or K, seven digits (EN 13044)",
    _has_box_check,
)
SHIP = Scheme(  # IMO Resolution A.1117(30)
    re.compile("(?:IMO)?[0-9]{7}"),
    "seven digits, with or without IMO before them",
    _has_ship_check,
)
WAGON = Scheme(  # 1520 mm network and UIC: both end in Luhn's digit
    re.compile("[0-9]{8}|[0-9]{12}"), "a wagon number of 8 or 12 digits", _has_luhn_check
)
PLATE = Scheme(re.compile(r"[^\W_]{3,15}"), "a plate of 3 to 15 letters and digits")
MRN = Scheme(  # before and since 2024; values and weights of ISO 6346 over 17 places
    re.compile(
        "(?:[01][0-9]|2[0-4])[A-Z]{2}[A-Z0-9]{13}[0-9]"
        "|(?:2[4-9]|[3-9][0-9])[A-Z]{2}[A-Z0-9]{12}[J-M][0-9]"
    ),
    "18 characters: year, country, 12 or 13 more, check digit",
    _has_box_check,
)
TIR_CARNET = Scheme(  # the rule of its check letters is not public
    re.compile(
        "[1-9][0-9]{0,6}|(?:1[0-9]|2[0-4])[0-9]{0,6}|25000000"
        "|(?:X[A-Z]|[A-Z]X)(?:2[5-9]|[3-9][0-9]|[1-9][0-9]{2})[0-9]{6}"
    ),
    "a TIR carnet: up to eight digits, or two letters with X and eight or nine digits",
)

BY_IDENTIFICATION_TYPE = {"10": SHIP, "20": WAGON, "30": PLATE, "31": PLATE}
"""How a means of transport is identified, where the structure is known."""

BY_EQUIPMENT_SCHEME = {"iso6346": CONTAINER, "ilu": LOADING_UNIT}
"""How a box is numbered, where the structure is known."""


def structure_fault(text: str, scheme: Scheme | None) -> str:
    """Say what was expected, if this cannot be the identifier; empty when it can, or no scheme."""
    if scheme is None or scheme.shape.fullmatch(text) or scheme.shape.fullmatch(fold(text)):
        return ""
    return f"expected {scheme.expected}"


def doubt(text: str, scheme: Scheme | None) -> str:
    """Say why a well-formed identifier is doubtful; empty when it is not, or no scheme."""
    if scheme is None:
        return ""
    folded = fold(text)
    if scheme.is_right is not None:
        if len(set(_LETTERS.sub("", folded))) == 1:
            return "one digit repeated: a placeholder"
        if not scheme.is_right(folded):
            return "the check digit does not fit the number"
    if has_foreign_letters(text):
        return "has letters of another alphabet that look Latin"
    return ""


def plate_doubt(text: str, country: str | None) -> str:
    """Say why the plate of a powered vehicle is doubtful; the usual form of a few countries.

    Trailers have forms of their own and are not asked.
    """
    usual = _USUAL_PLATES.get(country or "")
    if usual is not None and usual.fullmatch(fold(text)) is None:
        return "not the usual form of a plate of that country"
    return ""
