"""A question for a corridor view, read from the words in which it is asked.

Responsible for the period, the audience and the choice of cargo, the same on the command line and in the
API. Must not answer it.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from node.conversation.measures import Period
from node.corridor.sharing import Audience
from node.corridor.view import Dimension
from node.errors import CallerError
from node.reference.codes import PURPOSES

Only = Mapping[Dimension, Collection[str]]
"""Cargo is taken that has one of these values, in every dimension named."""

MAX_READERS: Final = 16
_AUTHORITY: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,12}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for.

    Attributes:
        period: the cargo is expected in it.
        audience: for whom, and for what.
        now: Unix ms.
        is_test: of test traffic, and nothing else.
    """

    period: Period
    audience: Audience
    now: int
    is_test: bool = False


def read_dimensions(text: str) -> tuple[Dimension, ...]:
    """Read by what cargo is divided, as `route,chapter`.

    Raises:
        CallerError: `corridor.dimension`.
    """
    return tuple(dict.fromkeys(_dimension(word) for word in _words(text)))


def read_only(given: Mapping[str, str]) -> Only:
    """Read which cargo is wanted: by dimension, values with commas.

    Raises:
        CallerError: `corridor.dimension`.
    """
    return {_dimension(name): read_values(text) for name, text in given.items()}


def read_audience(own: str, readers: str, purpose: str | None) -> Audience:
    """Read for whom a view is made, as `AZ-SCC,UZ-CC`, and for what.

    Args:
        own: our authority id.
        readers: empty: it stays in the house.
        purpose: only documents for this one; None: of any.

    Raises:
        CallerError: `corridor.reader` or `corridor.purpose`.
    """
    named = read_values(readers)
    if own in named or len(named) > MAX_READERS or not all(map(_AUTHORITY.fullmatch, named)):
        raise CallerError(
            "corridor.reader",
            f"a view is shared with 1 to {MAX_READERS} other authorities",
            hint="their ids with commas, as AZ-SCC,UZ-CC; nothing if it stays in the house",
        )
    if purpose is not None and purpose not in PURPOSES.codes:
        raise CallerError(
            "corridor.purpose",
            "there is no such purpose of documents",
            hint=f"one of {', '.join(PURPOSES.codes)}",
        )
    return Audience(own, named, purpose)


def read_values(text: str) -> frozenset[str]:
    """Read values that are separated by commas."""
    return frozenset(_words(text))


def _words(text: str) -> Iterator[str]:
    return filter(None, (word.strip() for word in text.split(",")))


def _dimension(word: str) -> Dimension:
    try:
        return Dimension(word)
    except ValueError:
        raise CallerError(
            "corridor.dimension",
            "cargo cannot be divided by this",
            hint=f"any of {', '.join(Dimension)}",
        ) from None
