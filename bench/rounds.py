"""Interleaved rounds: every contender meets the same minutes of the same machine.

Responsible for who runs when and for metering each passage. Must not know how a contender works.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from bench.documents import Documents
from bench.processes import Meter, Passage

_SETTLE_SECONDS: Final = 1.0  # what a contender still does after its last message is its own cost
_WARM_UP_MESSAGES: Final = 200


class Contender(Protocol):
    """Something that moves documents from one authority to another."""

    @property
    def name(self) -> str:
        """What the table calls it."""

    @property
    def pids(self) -> list[int]:
        """Its processes; the broker is not one of them."""

    def run(self, documents: list[bytes]) -> float:
        """Move documents; gives the seconds it took, by its own start and end."""


def play(
    contenders: Sequence[Contender],
    documents: Documents,
    *,
    rounds: int,
    messages: int,
    broker: Sequence[int],
    tell: Callable[[str], None],
) -> Mapping[str, list[Passage]]:
    """Let every contender run once a round, each time another one first.

    Args:
        contenders: who.
        documents: where documents come from.
        rounds: how many.
        messages: in each round, for each contender.
        broker: processes of the broker; empty if they cannot be seen.
        tell: told each result.
    """
    for contender in contenders:
        contender.run(documents.take(_WARM_UP_MESSAGES))
    passages: dict[str, list[Passage]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        first = number % len(contenders)
        for contender in (*contenders[first:], *contenders[:first]):
            passage = _measure(contender, documents.take(messages), broker)
            passages[contender.name].append(passage)
            tell(f"round {number + 1}: {contender.name} {passage.rate:.0f}/s")
    return passages


def _measure(contender: Contender, documents: list[bytes], broker: Sequence[int]) -> Passage:
    time.sleep(_SETTLE_SECONDS)  # the one before may still be tidying up
    meter = Meter({"processes": contender.pids, "broker": broker})
    seconds = contender.run(documents)
    time.sleep(_SETTLE_SECONDS)
    return meter.passed(len(documents), seconds=seconds)
