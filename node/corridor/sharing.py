"""Sharing: whether a document may be used in a corridor view, by the agreement under which it came.

Responsible for one answer about each document, and for what of our matches may be told. Must not
count, and must not raise on a "no".

A figure is not the document: so an agreement that asks for consent to pass documents on does not
stand against counting them, where no figure is of fewer than `LEAST_SHARED`. Statistics that another
authority made are passed on word by word, and need what a document needs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from node.corridor.cargo import Match
from node.corridor.case import Case
from node.trust.agreement import Agreement

LEAST_SHARED: Final = 3
"""In a view for others, no number of fewer than this is shown."""

_DAY_MS: Final = 86_400_000


class Ruling(StrEnum):
    """Whether a document may be used, or why not."""

    USED = "used"
    NO_AGREEMENT = "no-agreement"  # the one it came under is not known here
    NO_AGGREGATE = "no-aggregate"  # the agreement excludes any use in figures
    OTHER_PURPOSE = "other-purpose"  # it may be used for another purpose only
    RETENTION_OVER = "retention-over"  # the days agreed are over
    NOT_ONWARD = "not-onward"  # the reader is no party to it, and it must not be passed on


@dataclass(frozen=True, slots=True)
class Audience:
    """For whom a view is made, and for what.

    Attributes:
        own: the authority that makes it.
        readers: the other authorities that will read it; none: it stays in the house.
        purpose: one of the purposes of documents; None: to study the exchange itself.
    """

    own: str
    readers: frozenset[str] = frozenset()
    purpose: str | None = None

    @property
    def least(self) -> int:
        """Numbers of fewer than this are withheld from it."""
        return LEAST_SHARED if self.readers else 0


@dataclass(frozen=True, slots=True)
class Source:
    """A document, as far as its use is concerned.

    Attributes:
        author: the authority that issued it.
        recipients: the authorities it was for.
        accepted_at: by its recipient's log, Unix ms; the days of retention begin then.
        purpose: of its handling; None where that is no longer known.
        agreement: under which it came; None where it is not known here.
        is_verbatim: its own figures are shown, rather than counts of it: statistics.
    """

    author: str
    recipients: tuple[str, ...]
    accepted_at: int
    purpose: str | None
    agreement: Agreement | None
    is_verbatim: bool = False


def judge(source: Source, audience: Audience, *, now: int) -> Ruling:
    """Say whether a document may be used in a view.

    Args:
        source: the document.
        audience: for whom the view is made.
        now: Unix ms.
    """
    if audience.purpose not in (None, source.purpose):
        return Ruling.OTHER_PURPOSE
    if source.author == audience.own:  # terms bind who receives, not who wrote
        return Ruling.USED
    if source.agreement is None:
        return Ruling.NO_AGREEMENT
    if source.agreement.terms.aggregate_use == "never":
        return Ruling.NO_AGGREGATE
    return _judge_terms(source, source.agreement, audience, now)


def _judge_terms(source: Source, agreement: Agreement, audience: Audience, now: int) -> Ruling:
    if source.purpose is not None and source.purpose not in agreement.purposes:
        return Ruling.OTHER_PURPOSE
    if source.accepted_at + agreement.terms.retention_days * _DAY_MS <= now:
        return Ruling.RETENTION_OVER
    if audience.readers <= {source.author, *source.recipients}:  # they have it themselves
        return Ruling.USED
    onward = agreement.terms.onward_transfer
    if onward == "never" or (source.is_verbatim and onward != "allowed"):
        return Ruling.NOT_ONWARD
    return Ruling.USED


def tellable(matches: Iterable[Match], cases: Iterable[Case], audience: Audience) -> Iterator[Match]:
    """Give the matches that a view may count.

    Others learn of a match by the hit that an officer's confirmation sends, and of nothing on our
    watch list; of an alert that may not be used in their view they do not learn this way either.

    Args:
        matches: all that are known.
        cases: those that the view counts.
        audience: for whom it is made.
    """
    usable = {case.lead for case in cases}
    for match in matches:
        if not audience.readers or (match.decision == "confirmed" and match.alert in usable):
            yield match
