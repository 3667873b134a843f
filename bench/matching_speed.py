"""How long a notice takes among a hundred thousand alerts.

Responsible for one measurement: the keys of the notice, the look-up, reading each candidate from its
JSON as the store would, and comparing. The alerts are held in memory; what the disk adds is the
store's to measure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import orjson

from bench.figures import percentile
from bench.matching_parts import Members
from bench.matching_traffic import Traffic
from bench.matching_wanted import alert
from node.conversation.facts import milliseconds
from node.matching.compare import compare
from node.matching.index import MOST_FOR_NOTICE, Index
from node.matching.keys import keys_of
from node.matching.sides import look_at, look_for
from node.message.alert import Alert
from node.message.notice import PreArrivalNotice

ALERTS: Final = 100_000
NOTICES: Final = 400
_NAMED_EACH: Final = 4  # of so many notices one is of cargo that an alert names


@dataclass(frozen=True, slots=True)
class Speed:
    """What was measured.

    Attributes:
        alerts: how many were held.
        milliseconds: of each notice, from the document to its matches.
        candidates: of each notice, how many alerts were compared.
        matches: how many were found in all.
    """

    alerts: int
    milliseconds: Sequence[float]
    candidates: Sequence[int]
    matches: int

    def lines(self) -> Iterator[str]:
        """Give the figures in words."""
        for percent in (50, 95, 99, 100):
            yield (
                f"{percent} % of {len(self.milliseconds)} notices within"
                f" {percentile(self.milliseconds, percent):.2f} ms,"
                f" {percentile(self.candidates, percent):.0f} candidates"
            )
        yield f"{self.matches} matches among {self.alerts} alerts"


def measure_speed(alerts: int = ALERTS, notices: int = NOTICES) -> Speed:
    """Hold alerts on cargo of a busy season, and let notices come one after the other."""
    traffic = Traffic("speed")
    index, held = Index(), dict[str, bytes]()
    arriving: list[PreArrivalNotice] = []
    for number, notice in enumerate(traffic.notices(alerts)):
        if number % (alerts // notices) == 0:
            named = notice if number // (alerts // notices) % _NAMED_EACH == 0 else traffic.wagon()
            arriving.append(PreArrivalNotice.model_validate_json(orjson.dumps(named)))
        raw = orjson.dumps(alert(traffic, notice, _subject(traffic, notice)))
        held[str(number)] = raw
        index.add(str(number), keys_of(look_for(Alert.model_validate_json(raw))))
    took, candidates, matches = [], [], 0
    for document in arriving:
        began = perf_counter()
        seen = look_at(document)
        ids = index.candidates(keys_of(seen), MOST_FOR_NOTICE)
        at = milliseconds(document.issued_at)
        read = (look_for(Alert.model_validate_json(held[id_])) for id_ in ids)
        matches += sum(compare(wanted, seen, at=at) is not None for wanted in read)
        took.append((perf_counter() - began) * 1_000)
        candidates.append(len(ids))
    return Speed(alerts, took, candidates, matches)


def _subject(traffic: Traffic, notice: Members) -> dict[str, Any]:
    """Name what alerts name: a box or a wagon mostly, ship and voyage beside it, sometimes alone."""
    means = notice["transport"]["active_means"]
    consignment = notice["consignments"][0]
    named: dict[str, Any] = {"parties": [{"role": "CZ", "party": consignment["consignor"]}]}
    draw = traffic.rng.random()
    if draw < 0.02 or not notice["equipment"]:  # noqa: PLR2004  one alert of fifty
        named["active_means"] = means
    else:
        named["equipment"] = [{"identification": notice["equipment"][0]["identification"]}]
        named["active_means"] = means
    if draw > 0.5:  # noqa: PLR2004  one half
        named["transport_documents"] = [consignment["transport_document"]]
    return named
