"""Bytes on the wire: what both nodes publish for one message, there and back.

Responsible for adding up the bundles that the nodes say they published. That takes their debug log,
so it is a run of its own, never a measured one.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from bench.documents import Documents
from bench.sarbon import NODES, Pair, running_pair
from node.demo.stage import Stage

_QUIET_SECONDS: Final = 4.0  # twice the time after which a cosignature leaves without a message
_MANY: Final = 2_000
_FEW: Final = 20


@dataclass(frozen=True, slots=True)
class Wire:
    """What a message costs on the wire, bundles of both directions together.

    Attributes:
        bulk_bytes: for each of many messages under way at once.
        single_bytes: for one message on an idle node.
    """

    document_bytes: float
    bulk_bytes: float
    single_bytes: float


def weigh(stage: Stage, documents: Documents, *, many: int = _MANY, few: int = _FEW) -> Wire:
    """Send some documents at once and some one by one, and add up what was published."""
    batch, singles = documents.take(many), documents.take(few)
    with running_pair(stage, SARBON_LOG__LEVEL="debug") as pair:
        bulk = _published(pair, lambda: pair.run(batch))
        single = _published(pair, lambda: _one_by_one(pair, singles))
    return Wire(sum(map(len, batch)) / many, bulk / many, single / few)


def _one_by_one(pair: Pair, documents: list[bytes]) -> None:
    for document in documents:
        pair.run([document])


def _published(pair: Pair, work: Callable[[], object]) -> int:
    """Add up the bundles that both nodes published because of some work."""
    time.sleep(_QUIET_SECONDS)
    before = sum(_bundle_bytes(pair.stage))
    work()
    time.sleep(_QUIET_SECONDS)
    return sum(_bundle_bytes(pair.stage)) - before


def _bundle_bytes(stage: Stage) -> Iterator[int]:
    """Read the sizes of all bundles published so far; a line still being written counts next time."""
    for authority in NODES:
        for line in (stage.home(authority) / "node.log").read_text().splitlines():
            if '"bundle.published"' in line and line.endswith("}"):
                yield json.loads(line)["size_bytes"]
