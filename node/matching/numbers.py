"""Numbers: the one value by which an identifier is found, and how alike two of them are.

Responsible for what people and machines do to identifiers: separators, case, letters of another
alphabet, O for 0, a check digit left out, one slip of the hand. Where a scheme says digit or letter, a
look-alike is resolved by its place; elsewhere all that look alike are one. Must not judge documents.

A slip is repaired by the check digit: a number that fails its check is compared with those one
slip away that pass. So two numbers that are both right are never taken for each other.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_uppercase, digits
from typing import Final

from anyascii import anyascii
from rapidfuzz.distance import OSA

from node.matching.kinds import Kind, Manner
from node.reference.identifiers import CONTAINER, LOADING_UNIT, MRN, SHIP, WAGON, Scheme, fold

_TO_DIGIT: Final = str.maketrans("OQDILZSGBЗБ", "00011256836")  # noqa: RUF001  Cyrillic ones too
_TO_LETTER: Final = str.maketrans("015826", "OISBZG")
_ALIKE: Final = str.maketrans("OISBZЗБ", "0158236")  # noqa: RUF001
_WORDS: Final = ("SMGS", "CMGC", "CIM", "CMR", "TSMP", "AWB", "TIR", "BL", "NO", "NR")
"""Words before the number of a document. СМГС and ЦМР are CMGC and TSMP once folded and in Latin."""

_PREFIX: Final = re.compile(f"(?:{'|'.join(_WORDS)})(?=[0-9]{{6}})".translate(_ALIKE))
_LETTERS: Final = 4  # of a box, before its digits
_BARE: Final = 10  # a box without its check digit
_LEAST_SLIPPED: Final = 6
"""Characters; in a shorter number one slip leaves too little in common."""

MOST_REPAIRED: Final = 100
"""Numbers of one document whose slips are repaired: nobody may make this long."""

BOX_SCHEMES: Final = {Kind.CONTAINER: CONTAINER, Kind.LOADING_UNIT: LOADING_UNIT}
_CHECKED: Final = {**BOX_SCHEMES, Kind.WAGON: WAGON}
"""Kinds whose slips can be repaired."""


@dataclass(frozen=True, slots=True)
class Number:
    """An identifier, read.

    Attributes:
        kind: what it identifies.
        value: by which it is found; two that may be one and the same have the same.
        folded: case, separators and foreign letters set aside.
        written: as it stands in the document.
        is_bare: whether its check digit was left out, and has been computed.
    """

    kind: Kind
    value: str
    folded: str
    written: str
    is_bare: bool = False


@lru_cache(maxsize=16_384)
def read_number(kind: Kind, written: str) -> Number:
    """Read an identifier of which the kind is known."""
    folded = fold(written)
    if kind in BOX_SCHEMES:
        return read_box(written, kind)
    if kind is Kind.WAGON:
        return Number(kind, folded.translate(_TO_DIGIT), folded, written)
    if kind is Kind.SHIP:
        value = folded.removeprefix("IMO").translate(_TO_DIGIT)
        is_number = SHIP.shape.fullmatch(value) is not None
        return Number(kind, value if is_number else folded, folded, written)
    if kind is Kind.DOCUMENT:
        return Number(kind, _PREFIX.sub("", _alike(_latin(folded))), folded, written)
    if kind is Kind.DECLARATION and MRN.shape.fullmatch(folded):
        kind = Kind.MRN  # whichever member it stands in
    return Number(kind, _alike(_latin(folded)), folded, written)


@lru_cache(maxsize=16_384)
def read_box(written: str, kind: Kind | None = None) -> Number:
    """Read the number of a box; of one whose scheme is not named, find out what it is.

    Some lists name the wagon where others name the box.
    """
    folded = fold(written)
    letters = folded[:_LETTERS].translate(_TO_LETTER)
    value = letters + folded[_LETTERS:].translate(_TO_DIGIT)
    for known, scheme in BOX_SCHEMES.items():
        if kind in {None, known}:
            if scheme.shape.fullmatch(value):
                return Number(known, value, folded, written)
            if len(value) == _BARE and scheme.shape.fullmatch(f"{value}0") and scheme.check:
                return Number(known, value + scheme.check(f"{value}0"), folded, written, is_bare=True)
    numeric = folded.translate(_TO_DIGIT)
    if kind is None and WAGON.shape.fullmatch(numeric) and not WAGON.check_fault(numeric):
        return Number(Kind.WAGON, numeric, folded, written)
    return Number(kind or Kind.CONTAINER, _alike(folded), folded, written)


@lru_cache(maxsize=4_096)
def repairs(kind: Kind, value: str) -> tuple[str, ...]:
    """Give the numbers one slip away that pass their check; none for a number that passes itself."""
    scheme = _CHECKED.get(kind)
    if scheme is None or not scheme.shape.fullmatch(value) or not scheme.check_fault(value):
        return ()
    return tuple(sorted({other for other in _slips(value) if _passes(other, scheme)}))


def repaired(numbers: Iterable[Number]) -> dict[tuple[Kind, str], tuple[str, ...]]:
    """Give what the numbers that fail their check may have been; of `MOST_REPAIRED` of them at most."""
    found: dict[tuple[Kind, str], tuple[str, ...]] = {}
    for number in numbers:
        if len(found) < MOST_REPAIRED and (others := repairs(number.kind, number.value)):
            found[number.kind, number.value] = others
    return found


def _passes(value: str, scheme: Scheme) -> bool:
    return scheme.shape.fullmatch(value) is not None and not scheme.check_fault(value)


def _slips(value: str) -> Iterator[str]:
    """Give each value with one character replaced, or two neighbours changed over."""
    for place, written in enumerate(value):
        for other in digits if written.isdigit() else ascii_uppercase:
            yield f"{value[:place]}{other}{value[place + 1 :]}"
        yield f"{value[:place]}{value[place + 1 : place + 2]}{written}{value[place + 2 :]}"


def slip_keys(value: str) -> tuple[str, ...]:
    """Give what is left of a plate when one character is left out: equal where one slip lies between."""
    return tuple(dict.fromkeys(value[:place] + value[place + 1 :] for place in range(len(value))))


def manner_of(one: Number, other: Number) -> Manner | None:
    """Say how two numbers of one kind are the same, or how nearly; None when they are not. Symmetric."""
    if one.value == other.value:
        return _manner_of_equals(one, other)
    if other.value in repairs(one.kind, one.value) or one.value in repairs(other.kind, other.value):
        return Manner.REPAIRED
    is_long = min(len(one.value), len(other.value)) >= _LEAST_SLIPPED
    if one.kind is Kind.PLATE and is_long and OSA.distance(one.value, other.value, score_cutoff=1) <= 1:
        return Manner.SLIP
    return None


def _manner_of_equals(one: Number, other: Number) -> Manner:
    if one.written == other.written:
        return Manner.SAME
    if one.folded == other.folded:
        return Manner.SPELLING
    if one.is_bare != other.is_bare:
        return Manner.NO_CHECK
    if one.kind is Kind.SHIP:
        return Manner.SPELLING  # IMO before the number is a word, not a part of it
    if one.kind is Kind.DOCUMENT and _alike(_latin(one.folded)) != _alike(_latin(other.folded)):
        return Manner.PREFIX
    return Manner.LOOK_ALIKE


def _alike(folded: str) -> str:
    return folded.translate(_ALIKE)


def _latin(folded: str) -> str:
    return folded if folded.isascii() else fold(anyascii(folded))
