"""A day on the corridor: the shipped documents, moved to today, as files of a national system.

Responsible for reading `config/corridor/` and moving its dates: the day's traffic by whole days, the
documents of the case to the very second at which it is played. Must not make documents up.
"""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from node.demo.stage import CONFIG

SHIPPED_FOR: Final = datetime(2026, 11, 24, 6, tzinfo=UTC)
CASE: Final = CONFIG / "corridor" / "case"
_MOMENT: Final = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


def hand_over(authority: str, folder: Path, *, now: int) -> list[Path]:
    """Write an authority's alerts and notices of today into a folder; gives the files."""
    moment = datetime.fromtimestamp(now / 1000, UTC)
    days = (moment - SHIPPED_FOR) // timedelta(days=1)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in ("alerts.jsonl", "notices.jsonl"):
        raw = (CONFIG / "corridor" / authority / name).read_bytes()
        path = folder / name
        path.write_bytes(move_dates(raw, days=days))
        written.append(path)
    return written


def hand_over_case(folder: Path, *, now: int) -> list[Path]:
    """Write the case's documents into a folder, as if the case came to its end now; in order."""
    by = timedelta(seconds=now // 1000 - int(SHIPPED_FOR.timestamp()))
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for shipped in sorted(CASE.glob("*.json")):
        path = folder / shipped.name
        path.write_bytes(_move(shipped.read_bytes(), by))
        written.append(path)
    return written


def move_dates(raw: bytes, *, days: int) -> bytes:
    """Move every moment in some documents by whole days, so that intervals stay what they were."""
    return _move(raw, timedelta(days=days))


def _move(raw: bytes, by: timedelta) -> bytes:
    def move(match: re.Match[bytes]) -> bytes:
        moment = datetime.strptime(match.group().decode(), _FORM).replace(tzinfo=UTC)
        return (moment + by).strftime(_FORM).encode()

    return _MOMENT.sub(move, raw)
