"""Requests about matches and the watch list.

Responsible for their parameters, and for a key on the confirmation that sends. Must not compare.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, TypedDict, Unpack

from node.client.call import KEY, Call, change, get, get_page, given, new_key, nothing, path, reading
from node.client.models.base import Page
from node.client.models.matches import (
    MatchDetails,
    MatchFigures,
    MatchItem,
    WatchImport,
    WatchListed,
    WatchListItem,
)


class FigureFilter(TypedDict, total=False):
    """Which matches are counted."""

    since: datetime | str
    until: datetime | str
    test: bool


class MatchFilter(FigureFilter, total=False):
    """What the matches can be asked for; docs/rest.md."""

    state: str
    grade: str
    alert: str
    notice: str
    watch: str
    current: bool
    limit: int


class WatchFilter(TypedDict, total=False):
    """What the watch list can be asked for."""

    unit: str
    active: bool
    limit: int


def matches(**filters: Unpack[MatchFilter]) -> Call[Page[MatchItem]]:
    """List matches, what was found last first; without what agrees."""
    return get_page("/matches", MatchItem, **filters)


def match(match_id: str) -> Call[MatchDetails]:
    """Read a match and why, field by field; the look at both documents is recorded."""
    return get(path("/matches/{}", match_id), MatchDetails)


def match_figures(**filters: Unpack[FigureFilter]) -> Call[MatchFigures]:
    """Count what was found, and what officers made of it."""
    return get("/matches/figures", MatchFigures, **filters)


def confirm_match(
    match: MatchDetails,
    unit: str,
    *,
    office: str | None = None,
    tell: Literal[False] | None = None,
    key: str | None = None,
    etag: str | None = None,
) -> Call[MatchDetails]:
    """Confirm a match as it was read; the author of a peer's alert is told by a hit.

    Args:
        match: on which you decided.
        unit: of ours, that confirms.
        office: where the cargo is or is expected.
        tell: False: the author is not told.
        key: your own, where the program itself may crash and come again.
        etag: of the match on which you decided; left out: of the one given.
    """
    body = given(unit=unit, office=office, tell=tell)
    call = _decide("confirm", match, body, etag)
    return replace(call, headers={**call.headers, KEY: key or new_key()}, repeatable=True)


def dismiss_match(
    match: MatchDetails,
    reason: str,
    *,
    etag: str | None = None,
) -> Call[MatchDetails]:
    """Dismiss a match as it was read, for a reason. Nobody outside is told."""
    return _decide("dismiss", match, given(reason=reason), etag)


def watch_list(**filters: Unpack[WatchFilter]) -> Call[Page[WatchListed]]:
    """List what is looked for, of the units that the system works for."""
    return get_page("/watch-list", WatchListed, **filters)


def watch_item(item_id: str) -> Call[WatchListItem]:
    """Read an item of the watch list, ended or not."""
    return get(path("/watch-list/{}", item_id), WatchListItem)


def add_watch_item(item: Mapping[str, Any]) -> Call[WatchListItem]:
    """Add an item, and look for it at once. The same item again changes nothing."""
    return replace(change("POST", "/watch-list", WatchListItem, dict(item)), repeatable=True)


def change_watch_item(
    seen: WatchListItem, item: Mapping[str, Any], *, etag: str | None = None
) -> Call[WatchListItem]:
    """Put a whole item in the place of one as it was read, and look for it anew."""
    place = path("/watch-list/{}", seen.id)
    return change("PUT", place, WatchListItem, dict(item), etag=etag or seen.etag or "*")


def end_watch_item(seen: WatchListItem, *, etag: str | None = None) -> Call[None]:
    """End an item: it is looked for no longer."""
    headers = {"If-Match": etag or seen.etag or "*"}
    place = path("/watch-list/{}", seen.id)
    return Call("DELETE", place, nothing, headers=headers, repeatable=False)


def import_watch_items(table: bytes) -> Call[WatchImport]:
    """Take in a table of identifiers, as CSV; the same table again changes nothing."""
    headers = {"Content-Type": "text/csv"}
    return Call("POST", "/watch-list/import", reading(WatchImport), headers=headers, body=table)


def _decide(
    act: str, match: MatchDetails, body: Mapping[str, Any], etag: str | None
) -> Call[MatchDetails]:
    place = path(f"/matches/{{}}/{act}", match.id)
    return change("POST", place, MatchDetails, body, etag=etag or match.etag or "*")
