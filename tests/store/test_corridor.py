"""What may belong to the cargo of a period, found by index."""

import pytest
from sqlalchemy import event

from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.conversation.page import Page
from node.store import corridor
from node.store.corridor import CorridorPages
from node.store.flows import PutFlows
from node.store.national_tables import matched
from node.store.register import Entries, write_register
from node.trust.agreement import Deadlines
from tests.conversation.conftest import AZ, DAY, NOON, UZ, lead
from tests.corridor.conftest import TM, flow

PERIOD = Period(NOON, NOON + 2 * DAY)
LATER = NOON + 50 * DAY
VALUES = {
    **PERIOD._asdict(),
    "earliest": NOON - 60 * DAY,
    "latest": NOON + 60 * DAY,
    "own": UZ,
    "name": "alert",
    "references": ["R"],
}


class Shelf:
    """Writes pages of UZ-CC as the registrar would."""

    def __init__(self, database):
        self.database = database

    def put(self, ref, *, peer=None, at=NOON, mentions=(), **coded):
        page = Page(UZ, peer or ref.authority, ref)
        full = f"{ref.authority}/{ref.reference}"
        page.add(lead(ref, at=at, delivered_at=at, id=full, coded=coded))
        page.turn(Deadlines(), now=at)
        named = [(full, each) for each in (ref, *mentions)]
        with self.database.writing() as connection:
            write_register(connection, Entries([page], [], named, 1, at))
        return (page.peer, ref)

    def notice(self, number, *, author=AZ, eta=NOON + DAY, has_flow=True, **more):
        ref = Ref("pre-arrival-notice", author, f"PAN-{number}")
        if has_flow:
            made = flow(ref, message=f"{author}/{ref.reference}", eta=eta)
            with self.database.writing() as connection:
                PutFlows((made,)).write(connection)
        return self.put(ref, eta=eta, **more)

    def alert(self, number, *, author=TM, **more):
        return self.put(Ref("alert", author, f"ALR-{number}"), **more)

    def match(self, number, alert, notice, *, state="confirmed", side="alert", is_current=True):
        row = {
            "id": f"m-{number}",
            "side": side,
            "authority": alert.authority,
            "reference": alert.reference,
            "version": 1,
            "notice_authority": notice.authority,
            "notice_reference": notice.reference,
            "notice_version": 1,
            "score": 90,
            "grade": "strong",
            "found_at": 0,
            "state": state,
            "findings": "[]",
            "number": number,
            "is_current": is_current,
        }
        with self.database.writing() as connection:
            connection.execute(matched.insert(), row)


@pytest.fixture
def shelf(database):
    return Shelf(database)


@pytest.fixture
def pages(database):
    return CorridorPages(UZ, database)


def test_notices_are_found_by_their_flows(shelf, pages):
    place = shelf.notice(1)
    shelf.notice(2, eta=LATER)
    assert pages.places(PERIOD) == {place}


def test_notice_to_two_has_two_places(shelf, pages):
    places = {shelf.notice(1, author=UZ, peer=peer) for peer in (AZ, TM)}
    assert pages.places(PERIOD) == places


@pytest.mark.parametrize(("eta", "is_found"), [(NOON + DAY, True), (LATER, False)])
def test_notice_without_flows_is_found_by_its_register(shelf, pages, eta, is_found):
    place = shelf.notice(1, eta=eta, has_flow=False)
    assert pages.places(PERIOD) == ({place} if is_found else set())


def test_alert_is_found_by_the_notice_it_names(shelf, pages):
    notice = shelf.notice(1)
    alert = shelf.alert(1, at=LATER, eta=LATER, mentions=[notice[1]])
    shelf.alert(2, at=LATER, eta=LATER)
    assert pages.places(PERIOD) == {notice, alert}


@pytest.mark.parametrize(
    ("at", "coded", "is_found"),
    [
        (NOON, {}, True),
        (LATER, {"eta": LATER}, False),
        (LATER, {"eta": NOON + DAY}, True),
        (NOON, {"eta": LATER}, True),
    ],
)
def test_alert_is_found_by_when_it_came_or_is_expected(shelf, pages, at, coded, is_found):
    alert = shelf.alert(1, at=at, **coded)
    assert pages.places(PERIOD) == ({alert} if is_found else set())


def test_notices_are_found_by_their_names(shelf, pages, monkeypatch):
    monkeypatch.setattr(corridor, "_AT_ONCE", 1)
    ours = {shelf.notice(number, author=UZ, peer=peer) for number, peer in ((1, AZ), (1, TM), (2, AZ))}
    ours.add(shelf.alert(1, author=UZ, peer=TM))
    theirs = Ref("pre-arrival-notice", AZ, "PAN-9")
    assert pages.places_of({ref for _, ref in ours} | {theirs}) == ours | {(AZ, theirs)}


def test_matches_that_no_longer_hold_are_left_out(shelf, pages):
    (_, notice), alert = shelf.notice(1), Ref("alert", TM, "ALR-1")
    for number, (state, side) in enumerate(
        [("found", "alert"), ("confirmed", "watch"), ("dismissed", "alert"), ("withdrawn", "alert")]
    ):
        shelf.match(number, alert, notice, state=state, side=side)
    found = {each.id: (each.alert, each.decision) for each in pages.matches(PERIOD)}
    assert found == {"m-0": (alert, None), "m-1": (None, "confirmed"), "m-2": (alert, "dismissed")}


@pytest.mark.parametrize(
    ("state", "is_read"), [("found", False), ("dismissed", False), ("confirmed", True)]
)
def test_match_of_documents_that_changed_counts_only_where_it_was_confirmed(
    shelf, pages, state, is_read
):
    _, notice = shelf.notice(1)
    shelf.match(1, Ref("alert", TM, "ALR-1"), notice, state=state, is_current=False)
    assert bool(pages.matches(PERIOD)) is is_read


def test_matches_of_other_periods_are_not_read(shelf, pages):
    _, notice = shelf.notice(1, eta=LATER)
    shelf.match(1, Ref("alert", TM, "ALR-1"), notice)
    assert pages.matches(PERIOD) == []


@pytest.mark.parametrize(
    ("author", "at", "is_found"), [(AZ, NOON, True), (AZ, NOON - 1, False), (UZ, NOON, False)]
)
def test_statistics_of_others_are_found_unless_they_were_sealed_before(
    shelf, pages, author, at, is_found
):
    place = shelf.put(Ref("statistics", author, "STA-1"), peer=AZ, at=at)
    assert pages.statistics(PERIOD) == ({place} if is_found else set())


def test_pages_come_some_at_a_time_and_those_that_are_nowhere_not_at_all(shelf, pages, monkeypatch):
    monkeypatch.setattr(corridor, "_AT_ONCE", 2)
    places = {shelf.notice(number) for number in range(3)}
    nowhere = (AZ, Ref("pre-arrival-notice", AZ, "PAN-9"))
    parts = [[(page.peer, page.lead) for page in some] for some in pages.pages({*places, nowhere})]
    assert ([len(part) for part in parts], {place for part in parts for place in part}) == (
        [2, 1],
        places,
    )


@pytest.mark.parametrize(
    "name",
    [
        *("_NOTICES", "_NAMING_ALERTS", "_MATCHES", "_ALERTS"),
        *("_WITHOUT_FLOWS", "_OURS", "_REPORTS"),
    ],
)
def test_statement_uses_an_index_for_every_table(database, name):
    ran = []
    event.listen(
        database.engine, "before_cursor_execute", lambda _c, _u, sql, bound, *_: ran.append((sql, bound))
    )
    statement = getattr(corridor, name)
    with database.reading() as connection:
        connection.execute(
            statement, {key: VALUES[key] for key in statement.compile().params if key in VALUES}
        )
        sql, bound = ran[-1]
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound)]
    assert [step for step in plan if step.startswith("SCAN ") and step != "SCAN cargo"] == []
    assert [step for step in plan if step.startswith("SEARCH cargo")] == []  # it comes first
    if name == "_WITHOUT_FLOWS":
        assert any("turn_delivered" in step for step in plan)
