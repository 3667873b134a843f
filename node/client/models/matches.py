"""Matches and the watch list.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from collections.abc import Mapping
from typing import Any

from node.client.models.base import Model
from node.client.models.documents import Failure


class MatchedDocument(Model):
    """One side of a match: a document in the version compared, and the message that brought it."""

    authority: str
    reference: str
    version: int
    message: str
    direction: str


class MatchItem(Model):
    """A match without what agrees."""

    id: str
    state: str
    grade: str
    score: int
    kind: str
    alert_authority: str | None
    alert_reference: str | None
    alert_version: int | None
    watch: str | None
    notice_authority: str
    notice_reference: str
    notice_version: int
    test: bool
    current: bool
    found_at: str
    decided_at: str | None
    decided_by: str | None
    reason: str | None
    hit: str | None


class MatchLikeness(Model):
    """One thing that agrees on both sides."""

    kind: str
    manner: str
    exactness: str
    points: int
    percent: int | None
    wanted: str
    wanted_at: str
    seen: str
    seen_at: str
    consignments: tuple[int, ...]
    words: str


class MatchCircumstance(Model):
    """Time, way or goods: what raised or lowered a match."""

    name: str
    points: int
    wanted_at: str
    seen_at: str
    words: str


class MatchDetails(MatchItem):
    """A match with what agrees: it quotes identifiers and names of both sides."""

    alert: MatchedDocument | None
    notice: MatchedDocument
    consignments: tuple[int, ...]
    kept_percent: int
    likenesses: tuple[MatchLikeness, ...]
    circumstances: tuple[MatchCircumstance, ...]
    words: tuple[str, ...]


class MatchCount(Model):
    """How many matches of one grade and kind there are."""

    grade: str | None
    kind: str | None
    total: int
    open: int
    confirmed: int
    dismissed_right: int
    dismissed_wrong: int
    dismissed_other: int
    withdrawn: int
    precision: str | None


class MatchFigures(Model):
    """What was found, and what officers made of it."""

    total: MatchCount
    items: tuple[MatchCount, ...]


class WatchListed(Model):
    """An item of the watch list, as the list shows it."""

    id: str
    unit: str
    reason: str
    valid_from: str
    valid_until: str
    test: bool
    active: bool
    version: int
    changed_at: str
    changed_by: str


class WatchListItem(WatchListed):
    """An item of the watch list, whole."""

    item: Mapping[str, Any]


class ImportedLine(Model):
    """What became of one line of a table."""

    line: int
    id: str | None
    outcome: str | None = None
    error: Failure | None = None


class WatchImport(Model):
    """What became of a table, line by line."""

    added: int
    changed: int
    same: int
    refused: int
    lines: tuple[ImportedLine, ...]
