"""One line of an examination: what was expected, what was found, and what it came to.

Responsible for the form of a line, and for making one of a check that raises. Must not know what is
checked (`proof_checks`, `examination`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from node.errors import PeerError


class Verdict(StrEnum):
    """What a check came to."""

    HOLDS = "holds"
    FAILS = "fails"
    WAITS = "waits"  # what is to be checked is not there yet
    REVOKED = "revoked"  # it held when it was made; the key does not count any longer
    NOTED = "noted"  # nothing was to be checked


@dataclass(frozen=True, slots=True)
class Check:
    """One line.

    Attributes:
        subject: `message`, `document`, `directory`, `evidence`, or `receipt AUTHORITY`.
        name: of the check.
        source: where it is laid down what is expected.
    """

    subject: str
    name: str
    expected: str
    found: str
    verdict: Verdict
    source: str


def compare(subject: str, name: str, expected: str, found: str | None, source: str) -> Check:
    """Make the line of two values that must be equal."""
    verdict = Verdict.HOLDS if found == expected else Verdict.FAILS
    return Check(subject, name, expected, found or "absent", verdict, source)


def attempt(subject: str, name: str, expected: str, work: Callable[[], str], source: str) -> Check:
    """Make the line of a check that gives what it found, or raises a `PeerError`."""
    try:
        return Check(subject, name, expected, work(), Verdict.HOLDS, source)
    except PeerError as error:
        return Check(subject, name, expected, error.message, Verdict.FAILS, source)
