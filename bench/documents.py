"""Documents of about 4 KB: shipped notices of the corridor, moved to today, each with its own reference.

Responsible for what every contender carries: the very same bytes. Must not make content up.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

import orjson

from node.demo.corridor import SHIPPED_FOR, move_dates
from node.demo.stage import CONFIG

ORIGINATOR: Final = "AZ-SCC"
RECIPIENT: Final = "UZ-CC"
_BYTES: Final = range(3_800, 4_400)  # 4,000 on average


@dataclass(slots=True)
class Documents:
    """An endless supply of documents; no reference ever comes twice, not even in another run."""

    templates: list[dict[str, Any]]
    _run: str = field(default_factory=lambda: secrets.token_hex(4).upper())
    _numbers: Iterator[int] = field(default_factory=count)

    @classmethod
    def of_today(cls) -> "Documents":
        """Read the shipped notices that have the right size, and address them to one recipient."""
        days = (datetime.now(UTC) - SHIPPED_FOR) // timedelta(days=1)
        raw = (CONFIG / "corridor" / ORIGINATOR / "notices.jsonl").read_bytes()
        notices = [orjson.loads(line) for line in move_dates(raw, days=days).splitlines()]
        addressed = [notice | {"recipients": [RECIPIENT]} for notice in notices]
        return cls([notice for notice in addressed if len(orjson.dumps(notice)) in _BYTES])

    @classmethod
    def urgent_alerts(cls) -> "Documents":
        """Read the shipped alerts, and make them urgent and addressed to one recipient."""
        days = (datetime.now(UTC) - SHIPPED_FOR) // timedelta(days=1)
        raw = (CONFIG / "corridor" / ORIGINATOR / "alerts.jsonl").read_bytes()
        alerts = [orjson.loads(line) for line in move_dates(raw, days=days).splitlines()]
        return cls([alert | {"recipients": [RECIPIENT], "priority": "urgent"} for alert in alerts])

    def take(self, number: int) -> list[bytes]:
        """Give so many documents that were never given before."""
        return list(self.stream(number))

    def stream(self, number: int) -> Iterator[bytes]:
        """Give them one at a time, for those that are too many to hold."""
        return (self._next() for _ in range(number))

    def _next(self) -> bytes:
        number = next(self._numbers)
        template = self.templates[number % len(self.templates)]
        return orjson.dumps(template | {"reference": f"AZ-BENCH-{self._run}-{number:08d}"})
