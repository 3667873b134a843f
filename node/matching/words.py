"""Words: why two things are taken for one, so that an officer can judge without the program.

Responsible for one sentence for each agreement. Must not compare. The sentences quote identifiers and
names of both documents: they are for the screen of whoever may read both.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from node.matching.kinds import IN_WORDS, Manner
from node.matching.marks import Mark
from node.matching.numbers import Number
from node.matching.parties import Sighted
from node.reference.identifiers import has_foreign_letters

_SAME_NAME: Final = 95
"""Of 100: from here on, it is the same name rather than one that is alike."""


def of_numbers(wanted: Mark, seen: Mark, manner: Manner, *, role: str = "") -> str:
    """Say how two identifiers agree, and what speaks against them."""
    words = _BY_MANNER[manner](wanted.number, seen.number)
    owner = f"{role}: " if role else ""
    other = wanted.country is not None and seen.country is not None and wanted.country != seen.country
    against = f"; registered in {wanted.country} there, in {seen.country} here" if other else ""
    return f"{owner}{words}{against}"


def of_names(wanted: Sighted, seen: Sighted, percent: int) -> str:
    """Say how alike two names are, in which roles, and whether they are of one country."""
    one, other = wanted.name.written, seen.name.written
    if one == other:
        what = f"{other} is the same name"
    elif percent >= _SAME_NAME:
        how = "in other letters" if one.isascii() != other.isascii() else "written otherwise"
        what = f"{one} and {other} are the same name {how} ({percent} of 100)"
    else:
        what = f"{one} and {other} are alike ({percent} of 100)"
    role = seen.role if seen.role == wanted.role else f"{wanted.role} there, {seen.role} here"
    other_country = wanted.country and seen.country and wanted.country != seen.country
    against = f"; of {wanted.country} there, of {seen.country} here" if other_country else ""
    if wanted.is_registered_apart(seen):
        against = "; with another number"
    return f"{role}: {what}{against}"


def _same(wanted: Number, _: Number) -> str:
    return f"{IN_WORDS[wanted.kind]} {wanted.written} is the same"


def _spelled(wanted: Number, seen: Number) -> str:
    if has_foreign_letters(wanted.written) != has_foreign_letters(seen.written):
        how = "with letters of another alphabet"
    elif wanted.written.upper() == seen.written.upper():
        how = "in other case"
    elif wanted.folded != seen.folded:
        how = "with or without IMO before it"
    else:
        how = "with other signs between"
    return f"{IN_WORDS[wanted.kind]} {wanted.written}: written {seen.written}, {how}, otherwise the same"


def _looks_alike(wanted: Number, seen: Number) -> str:
    pairs = [
        f"{here} for {there}"
        for there, here in zip(wanted.folded, seen.folded, strict=False)
        if there != here
    ]
    how = f"with {', '.join(dict.fromkeys(pairs))}" if len(wanted.folded) == len(seen.folded) else ""
    return (
        f"{IN_WORDS[wanted.kind]} {wanted.written}: written {seen.written}"
        f"{f', {how}' if how else ''}, otherwise the same"
    )


def _bare(wanted: Number, seen: Number) -> str:
    bare, whole = (wanted, seen) if wanted.is_bare else (seen, wanted)
    return f"{IN_WORDS[wanted.kind]} {whole.written}: written {bare.written}, without its check digit"


def _prefixed(wanted: Number, seen: Number) -> str:
    return (
        f"{IN_WORDS[wanted.kind]} {wanted.written}: written {seen.written}, with another word before"
        " the number"
    )


def _repaired(wanted: Number, seen: Number) -> str:
    return (
        f"{IN_WORDS[wanted.kind]} {seen.written} is one slip from {wanted.written},"
        " and one of them fails its check digit"
    )


def _slipped(wanted: Number, seen: Number) -> str:
    return f"{IN_WORDS[wanted.kind]} {seen.written} is one slip from {wanted.written}"


_BY_MANNER: Final[Mapping[Manner, Callable[[Number, Number], str]]] = MappingProxyType(
    {
        Manner.SAME: _same,
        Manner.SPELLING: _spelled,
        Manner.LOOK_ALIKE: _looks_alike,
        Manner.NO_CHECK: _bare,
        Manner.PREFIX: _prefixed,
        Manner.REPAIRED: _repaired,
        Manner.SLIP: _slipped,
    }
)
