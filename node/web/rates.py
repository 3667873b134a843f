"""How fast one system may ask: a token bucket each.

Responsible for refusing what goes beyond the rate, so that one system cannot keep the others waiting.
Must not last: after a restart every bucket is full.

Source: RateLimit header fields (draft-ietf-httpapi-ratelimit-headers).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from node.errors import CallerError

_MINUTE_MS: Final = 60_000


class RateExceededError(CallerError):
    """Too many requests; `retry_after` seconds later there is room again."""

    def __init__(self, limit: int, retry_after: int) -> None:
        super().__init__(
            "rate.exceeded",
            f"more than {limit} requests a minute",
            hint="wait as long as Retry-After says; many documents can go in one request",
        )
        self.retry_after = retry_after


@dataclass(slots=True)
class _Bucket:
    left: float
    at: int


class Rates:
    """The buckets of all systems."""

    def __init__(self, per_minute: int, clock: Callable[[], int]) -> None:
        """Begin with full buckets.

        Args:
            per_minute: requests of one system.
            clock: gives Unix ms.
        """
        self._per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def take(self, system: str) -> None:
        """Count one request.

        Raises:
            RateExceededError: `rate.exceeded`.
        """
        bucket = self._filled(system)
        if bucket.left < 1:
            wait_ms = (1 - bucket.left) * _MINUTE_MS / self._per_minute
            raise RateExceededError(self._per_minute, max(1, math.ceil(wait_ms / 1000)))
        bucket.left -= 1

    def headers(self, system: str) -> dict[str, str]:
        """Give the headers that tell a system how much is left."""
        left = math.floor(self._filled(system).left)
        return {
            "RateLimit-Policy": f'"requests";q={self._per_minute};w=60',
            "RateLimit": f'"requests";r={left};t=60',
        }

    def _filled(self, system: str) -> _Bucket:
        now = self._clock()
        bucket = self._buckets.setdefault(system, _Bucket(self._per_minute, now))
        gained = max(0, now - bucket.at) * self._per_minute / _MINUTE_MS
        bucket.left, bucket.at = min(self._per_minute, bucket.left + gained), now
        return bucket
