"""Measures how long a corridor view takes: 20,000 notices of a month, with their alerts and answers.

    .venv/bin/python -m bench.corridor_view [NOTICES]

Everything is real but the documents: flows, pages and mentions are written as the node writes them.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from node.conversation.course import Act
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken, Version
from node.conversation.measures import Period
from node.conversation.page import Page
from node.corridor.flows import Flow, RouteSource
from node.corridor.question import Question
from node.corridor.sharing import Audience
from node.corridor.view import Dimension
from node.daemon.surveyor import Surveyor
from node.store.database import Database
from node.store.flows import PutFlows
from node.store.register import Entries, write_register
from node.trust.agreement import Agreement, Deadlines

OWN, PEERS = "TM-SCS", ("AZ-SCC", "UZ-CC")
DAY = 86_400_000
START = 1_793_491_200_000  # 2026-11-01T00:00:00Z
MONTH = Period(START, START + 30 * DAY)
AT_ONCE = 500
ROUTES = (("AZ", "TM", "UZ"), ("AZ", "TM", "KZ"), ("TR", "AZ", "TM", "UZ"), ("UZ", "TM", "AZ"))


def spoken(ref: Ref, at: int, *, notices: tuple[Ref, ...] = (), **more: object) -> Spoken:
    """Give a message that its recipient accepted at once."""
    coded = {"agreement": "d", **more.pop("coded", {})}  # type: ignore[dict-item]
    return Spoken(
        id=f"{ref.authority}/{ref.reference}",
        digest=ref.reference,
        at=at,
        what=Version(ref, 1),
        function="9",
        until=at + 7 * DAY,
        notices=notices,
        coded=coded,
        delivered_at=at + 1000,
        **more,  # type: ignore[arg-type]
    )


def flows(notice: Ref, number: int, eta: int) -> tuple[Flow, ...]:
    """Give two consignments of a notice."""
    return tuple(
        Flow(
            message=f"{notice.authority}/{notice.reference}",
            notice=notice,
            version=1,
            consignment=consignment,
            recipients=(OWN,),
            eta=eta,
            office=f"TM00100{number % 6}",
            mode="123"[number % 3],
            combined_mode=None,
            route=ROUTES[number % len(ROUTES)],
            route_from=RouteSource.CONSIGNMENT,
            exportation="AZ",
            destination="UZ",
            loading="AZALA",
            unloading="TMKRW",
            chapters=((f"{number % 60 + 10}", "1200.5"), ("99", "3")),
            gross_mass="1203.5",
            boxes=(consignment,),
            is_empty_means=False,
            is_test=False,
        )
        for consignment in (1, 2)
    )


def pages(number: int) -> Iterator[tuple[Page, tuple[Flow, ...]]]:
    """Give a notice; with each tenth one an alert, of which every second one was controlled."""
    author, at = PEERS[number % 2], START + number % 25 * DAY
    notice = Ref("pre-arrival-notice", author, f"PAN-{number}")
    page = Page(OWN, author, notice)
    page.add(spoken(notice, at, coded={"eta": at + DAY, "office": "TM001004", "mode": "1"}))
    yield page, flows(notice, number, at + DAY)
    if number % 10 == 0:
        warned = PEERS[(number + 1) % 2]
        alert = Ref("alert", warned, f"ALR-{number}")
        page = Page(OWN, warned, alert)
        due = {"feedback_due": at + 3 * DAY}
        page.add(spoken(alert, at, notices=(notice,), coded=due))
        page.acts.append(Act(Event.READ, at + 2000))
        if number % 20 == 0:
            control = Ref("control-result", OWN, f"CTL-{number}")
            coded = {"decision": "controlled", "result": "B1", "triggers": ["alert"]}
            page.add(spoken(control, at + DAY, target=Version(alert, 1), coded=coded))
        yield page, ()


def fill(database: Database, notices: int) -> None:
    """Write notices as flow keeper and registrar would."""
    for first in range(0, notices, AT_ONCE):
        made = [each for n in range(first, min(first + AT_ONCE, notices)) for each in pages(n)]
        for page, _ in made:
            page.turn(Deadlines(), now=MONTH.end)
        mentions = [
            (said.id, ref)
            for page, _ in made
            for said in page.said.values()
            for ref in (said.what.ref, *said.notices)
        ]
        with database.writing() as connection:
            PutFlows(tuple(flow for _, those in made for flow in those)).write(connection)
            entries = Entries([page for page, _ in made], [], mentions, 1, MONTH.end)
            write_register(connection, entries)


def agreement() -> Agreement:
    """Give the agreement under which everything came."""
    return Agreement.model_validate(
        {
            "digest": "d",
            "name": "bench",
            "title": "bench",
            "parties": (OWN, *PEERS),
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2031-01-01T00:00:00Z",
            "legal_basis": "bench",
            "purposes": ("risk-analysis",),
            "rules": ({"from": OWN, "to": PEERS[0], "types": ("alert/1",)},),
        }
    )


def main(notices: int) -> None:
    """Fill a database, make a view and the nexus of it, and say how long each step took."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database.create(Path(folder) / "node.db")
        fill(database, notices)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        surveyor = Surveyor(OWN, database, {"d": agreement()})
        question = Question(MONTH, Audience(OWN), MONTH.end)
        started = time.perf_counter()
        survey = surveyor.survey(question)
        read = time.perf_counter()
        table = survey.table([Dimension.ROUTE, Dimension.CHAPTER], {})
        counted = time.perf_counter()
        links = survey.nexus().links
        ended = time.perf_counter()
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        database.close()
    print(f"{notices} notices, {len(survey.flows)} flows, {len(survey.cases)} cases")
    print(f"read and judged {read - started:.2f} s")
    print(f"{len(table.cells)} cells        {counted - read:.2f} s")
    print(f"{len(links)} links        {ended - counted:.2f} s")
    print(f"memory          {(after - before) / 1024:.0f} MiB more")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
