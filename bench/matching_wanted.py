"""What is looked for in a measured case: an alert or a watch item, and which notices it concerns.

Responsible for the frame of both. Must not know the kinds of cases.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bench.matching_parts import Members, header, moment, utc
from bench.matching_traffic import START, Traffic

_HALF, _MOSTLY = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Case:
    """Something looked for, the notices made for it, and those of them that it concerns.

    Attributes:
        kind: what is tried, in words.
        wanted: an alert or a watch item, as JSON values.
        notices: made for this case.
        concerned: references among those notices; `everywhere` says which others.
        everywhere: whether another notice is concerned too: of the same voyage, the same company.
    """

    kind: str
    wanted: Members
    notices: tuple[Members, ...]
    concerned: frozenset[str]
    everywhere: Callable[[Members], bool] = lambda _: False


def alert(traffic: Traffic, notice: Members, subject: Members, *, route: bool = True) -> Members:
    """Give an alert on the cargo of a notice, issued some hours before it arrives."""
    arrival = moment(notice["transport"]["estimated_arrival_at"])
    issued = arrival - timedelta(hours=traffic.rng.randint(2, 30))
    reference = f"UZ-ALR-{traffic.rng.randrange(10**9):09d}"
    made = {
        "type": "alert/1",
        **header("UZ-CC", reference, issued, ["AZ-SCC", "TM-SCS"]),
        "feedback_due_at": utc(issued + timedelta(days=7)),
        "risks": [{"area": "drugs", "level": "high"}],
        "subject": subject,
        "recommended_actions": [{"action": "scan"}],
    }
    made["valid_until"] = utc(arrival + timedelta(days=7))
    made["handling"] |= {"source_evaluation": "B", "information_evaluation": "2"}
    if route and traffic.rng.random() < _MOSTLY:
        late = timedelta(hours=traffic.rng.randint(-12, 12))
        made["route"] = {
            "estimated_arrival_at": utc(arrival + late),
            "office_of_entry": notice["office_of_entry"],
            "countries": notice["transport"]["routing_countries"],
        }
    return made


def watch(traffic: Traffic, subject: Members) -> Members:
    """Give a watch item that holds for the whole season."""
    return {
        "id": f"W-{traffic.rng.randrange(10**9):09d}",
        "subject": subject,
        "valid_from": utc(START),
        "valid_until": utc(START + timedelta(days=120)),
        "reason": "drugs",
        "unit": "PCU-1",
        "test": True,
    }


def around(traffic: Traffic, notice: Members) -> Members:
    """Give what half of the alerts say beside the number: ship, voyage and consignor."""
    if traffic.rng.random() < _HALF:
        return {}
    consignor = {"role": "CZ", "party": notice["consignments"][0]["consignor"]}
    around: Members = {"parties": [consignor]}
    if notice["transport"]["mode"] == "1":
        around["active_means"] = notice["transport"]["active_means"]
    return around
