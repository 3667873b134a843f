"""The arithmetic of the benchmark: spreads, ratios, percentiles, growth.

Responsible for turning measurements into figures. Pure: values in, values out.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """What a figure was over the rounds."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        """Take the spread of one or more values."""
        ordered = sorted(values)
        return cls(statistics.median(ordered), ordered[0], ordered[-1])


def ratios(numerators: Sequence[float], denominators: Sequence[float]) -> Spread:
    """Divide round by round: neighbours in time shared the same machine, so only they compare."""
    pairs = zip(numerators, denominators, strict=True)
    return Spread.of(numerator / denominator for numerator, denominator in pairs)


def percentile(values: Iterable[float], percent: float) -> float:
    """Give the smallest value that at least so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = math.ceil(len(ordered) * percent / 100)
    return ordered[max(rank, 1) - 1]


@dataclass(frozen=True, slots=True)
class Sample:
    """Memory of a process at one moment of a soak.

    Attributes:
        passed: messages handed in so far.
    """

    passed: int
    resident_bytes: int


def growth_bytes(samples: Iterable[Sample], total: int) -> int:
    """Give how far memory rose above its highest of the first tenth; negative if it never did."""
    ordered = list(samples)
    early = [sample.resident_bytes for sample in ordered if sample.passed * 10 <= total]
    later = [sample.resident_bytes for sample in ordered if sample.passed * 10 > total]
    return max(later) - max(early)
