"""The soak: very many messages pass, and memory stays flat.

Responsible for sending without a pause and for sampling what both nodes hold meanwhile.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bench.child import clock
from bench.documents import Documents
from bench.figures import growth_bytes
from bench.processes import peak_bytes
from bench.sarbon import Pair, request_line
from bench.watch import Watch

GROWTH_BYTES: Final = 64 * 1024 * 1024  # at most, from the first tenth to the end


@dataclass(frozen=True, slots=True)
class Soak:
    """What a soak came to; sizes by authority.

    Attributes:
        first_rate: messages a second sealed over the first tenth.
        last_rate: the same over the last tenth: it must not wear off.
    """

    messages: int
    seconds: float
    first_rate: float
    last_rate: float
    growth_bytes: Mapping[str, int]
    peak_bytes: Mapping[str, int]

    @property
    def is_flat(self) -> bool:
        """Whether no node's memory grew beyond what is allowed."""
        return all(growth <= GROWTH_BYTES for growth in self.growth_bytes.values())


def soak(pair: Pair, documents: Documents, messages: int) -> Soak:
    """Send so many messages through and wait for every receipt."""
    watch, tenth = Watch(pair.by_authority), max(messages // 10, 1)
    lines = (request_line(document) for document in documents.stream(messages))
    marks = [(0, clock())]
    with watch.running():
        for sealed in pair.hand_in(lines, messages):
            watch.passed = sealed
            if sealed % tenth == 0:
                marks.append((sealed, clock()))
        pair.await_receipts()
        seconds = clock() - marks[0][1]
    return Soak(
        messages,
        seconds,
        first_rate=_rate(marks[0], marks[1]),
        last_rate=_rate(marks[-2], marks[-1]),
        growth_bytes={
            authority: growth_bytes(samples, messages) for authority, samples in watch.samples.items()
        },
        peak_bytes={authority: peak_bytes(pid) for authority, pid in pair.by_authority.items()},
    )


def _rate(start: tuple[int, float], end: tuple[int, float]) -> float:
    return (end[0] - start[0]) / (end[1] - start[1])
