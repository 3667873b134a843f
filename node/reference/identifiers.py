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
        check: gives the check digits that a folded number should have, "" where none would fit;
            None where the scheme has no check.
        after_check: how many characters follow the check digits.
        kept: says that it travels unchanged, and from where it was taken.
    """

    shape: re.Pattern[str]
    expected: str
    check: Callable[[str], str] | None = None
    after_check: int = 0
    kept: str = "sent as written"

    def check_fault(self, folded: str) -> str:
        """Say which check digit was expected of a well-formed number; empty when it has it."""
        if self.check is None:
            return ""
        right = self.check(folded)
        end = len(folded) - self.after_check
        if right and folded[end - len(right) : end] == right:
            return ""
        if not right:
            return f"no check digit fits this number; {self.kept}"
        what = "digit" if len(right) == 1 else "digits"
        return f"the check {what} should be {right}; {self.kept}"


def _box_check(folded: str) -> str:
    return str(stdnum_iso6346.calc_check_digit(folded[:-1]))


def _ship_check(folded: str) -> str:
    return str(stdnum_imo.calc_check_digit(folded[-7:-1]))


def _wagon_check(folded: str) -> str:
    return str(stdnum_luhn.calc_check_digit(folded[:-1]))


CONTAINER = Scheme(  # ISO 6346
    re.compile("[A-Z]{3}[UJZR][0-9]{7}"),
    "three letters, U, J, Z or R, seven digits (ISO 6346)",
    _box_check,
    kept="sent as written on the box",
)
LOADING_UNIT = Scheme(  # EN 13044-1: swap bodies and semi-trailers
    re.compile("[A-Z]{3}[ABDEK][0-9]{7}"),
    "three letters, A, B, D, E or K, seven digits (EN 13044)",
    _box_check,
    kept="sent as written on the box",
)
SHIP = Scheme(  # IMO Resolution A.1117(30)
    re.compile("(?:IMO)?[0-9]{7}"),
    "seven digits, with or without IMO before them",
    _ship_check,
    kept="sent as written on the ship",
)
WAGON = Scheme(  # 1520 mm network and UIC: both end in Luhn's digit
    re.compile("[0-9]{8}|[0-9]{12}"),
    "a wagon number of 8 or 12 digits",
    _wagon_check,
    kept="sent as written on the wagon",
)
PLATE = Scheme(re.compile(r"[^\W_]{3,15}"), "a plate of 3 to 15 letters and digits")
MRN = Scheme(  # before and since 2024; values and weights of ISO 6346 over 17 places
    re.compile(
        "(?:[01][0-9]|2[0-4])[A-Z]{2}[A-Z0-9]{13}[0-9]"
        "|(?:2[4-9]|[3-9][0-9])[A-Z]{2}[A-Z0-9]{12}[J-M][0-9]"
    ),
    "18 characters: year, country, 12 or 13 more, check digit",
    _box_check,
    kept="sent as written on the declaration",
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
    """Say why an identifier is doubtful; empty when it is not, or no scheme."""
    if scheme is None:
        return ""
    malformed = structure_fault(text, scheme)
    if malformed:
        return malformed
    folded = fold(text)
    if scheme.check is not None and len(set(_LETTERS.sub("", folded))) == 1:
        return "one digit repeated: a placeholder"
    mismatch = scheme.check_fault(folded)
    if mismatch:
        return mismatch
    if has_foreign_letters(text):
        return "has letters of another alphabet that look Latin"
    return ""
