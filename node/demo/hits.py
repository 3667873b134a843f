"""Hits: what each node found by itself when documents arrived, and one that an officer confirms.

Responsible for asking the nodes as an analyst's system does, over REST, and for the confirmation. Must
not match anything.
"""

import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Self

import httpx2

from node.demo.doors import token_of
from node.demo.national import api_url
from node.demo.stage import Stage
from node.errors import OperatorError

_SYSTEM: Final = "risk-engine"
_PATIENCE_SECONDS: Final = 60.0
_UNITS: Final = {"AZ-SCC": "PCU-ALYAT", "TM-SCS": "PCU-TURKMENBASHI", "UZ-CC": "NIAC"}


@dataclass(slots=True)
class HitsFound:
    """What matching found.

    Attributes:
        grades: by authority, how many matches of each grade its node found.
        shown: the match that was confirmed, as the node that found it shows it.
        finder: the authority that confirmed it.
        told: id of the hit, and what became of it at the author of the alert.
    """

    grades: dict[str, Counter[str]] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)
    finder: str = ""
    told: tuple[str, str] = ("", "")

    @property
    def held(self) -> bool:
        """Whether every node found something, and the author of an alert was told."""
        return all(self.grades.values()) and bool(self.grades) and self.told[1] == "accepted"


def find_hits(stage: Stage) -> HitsFound:
    """Ask each node what it found, confirm one match of a peer's alert, and wait until it is told."""
    found = HitsFound()
    for authority in stage.cast.nodes:
        with _Analyst(stage, authority) as analyst:
            matches = analyst.matches()
            found.grades[authority] = Counter(match["grade"] for match in matches)
            theirs = [match for match in matches if match["alert_authority"] not in {None, authority}]
            if theirs and not found.finder:
                best = max(theirs, key=lambda match: (match["score"], match["id"]))
                found.finder = authority
                found.shown = analyst.confirm(best["id"])
    if found.shown:
        author = found.shown["alert_authority"]
        with _Analyst(stage, author) as analyst:
            found.told = (found.shown["hit"], analyst.wait_for(found.shown["hit"], found.finder))
    return found


class _Analyst:
    """The analyst's system of one authority."""

    def __init__(self, stage: Stage, authority: str) -> None:
        url = api_url(stage.settings(authority))
        if url is None:
            raise OperatorError("demo.no_api", f"{authority} has no API", hint="this must not happen")
        self._authority = authority
        token = token_of(stage, authority, _SYSTEM)
        self._http = httpx2.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def matches(self) -> list[dict[str, Any]]:
        """Give every match that holds now; the first may be a moment away."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (found := self._listed()) and time.monotonic() < deadline:
            time.sleep(0.05)  # asking is what such a system does without a stream
        return found

    def _listed(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        query: dict[str, str] = {"limit": "500", "current": "true"}
        while True:
            page = self._answer(self._http.get("/matches", params=query))
            items += page["items"]
            if page["next"] is None:
                return items
            query["cursor"] = page["next"]

    def confirm(self, match_id: str) -> dict[str, Any]:
        """Confirm a match as an officer who has just read it."""
        path = f"/matches/{match_id}"
        read = self._http.get(path)
        unit = {"unit": _UNITS[self._authority]}
        headers = {"If-Match": read.headers["etag"], "Idempotency-Key": str(uuid.uuid4())}
        return self._answer(self._http.post(f"{path}/confirm", json=unit, headers=headers))

    def wait_for(self, message_id: str, originator: str) -> str:
        """Wait until a message has arrived; gives its state."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            answer = self._http.get(f"/messages/{message_id}", params={"from": originator})
            if answer.status_code == httpx2.codes.OK:
                return str(answer.json()["state"])
            time.sleep(0.05)  # asking is what such a system does without a stream
        return "not arrived"

    def _answer(self, answer: httpx2.Response) -> dict[str, Any]:
        if answer.is_error:
            raise OperatorError("demo.api", answer.text[:400], hint="this must not happen")
        value: dict[str, Any] = answer.json()
        return value
