"""Figures on the command line: as a table, for a spreadsheet, and as a document that a peer reads."""

import csv
import io
from datetime import UTC, datetime

import orjson
import pytest

from node.conversation.facts import Ref
from node.conversation.page import Page
from node.message.document import read_document
from node.store.database import Database
from node.store.register import Entries, write_register
from node.trust.agreement import Deadlines
from tests.conversation.conftest import DAY, HOUR, lead, said

AZ, UZ, TM = "AZ-SCC", "UZ-CC", "TM-SCS"
START = int(datetime(2020, 3, 10, 12, tzinfo=UTC).timestamp() * 1000)


def alert(number, *, peer=UZ, at=START, answers=(), **coded):
    """Make the page of an alert that a peer sent us, delivered after an hour."""
    ref = Ref("alert", peer, f"ALR-{number}")
    facts = {"eta": at + 12 * HOUR, "feedback_due": at + 3 * DAY, **coded}
    page = Page(AZ, peer, ref)
    page.add(lead(ref, at=at, until=at + 7 * DAY, delivered_at=at + HOUR, coded=facts))
    for name, hours, more in answers:
        page.add(
            said(
                *(name, AZ, f"{name}-{number}"),
                at=at + hours * HOUR,
                target=ref,
                delivered_at=at + hours * HOUR,
                coded={**more, **({"test": True} if "test" in coded else {})},
            )
        )
    return page


@pytest.fixture
def counted_home(home):
    """The folder of AZ-SCC, with a register of March and April 2020."""
    control = ("control-result", 30, {"result": "B1", "triggers": ["alert"]})
    seizure = ("seizure", 31, {"goods": [["opiates", "2.5", "KGM"]]})
    pages = [
        alert(1, answers=[("acceptance", 2, {}), control, seizure]),
        alert(2),
        alert(3, at=START + 31 * DAY),
        alert(4, peer=TM),
        alert(5, test=True),
    ]
    for page in pages:
        page.turn(Deadlines(), now=START + 60 * DAY)
    database = Database.open(home / "data" / "node.db")
    with database.writing() as connection:
        write_register(connection, Entries(pages, [], [], 1, START))
    database.close()
    return home


def rows(result):
    assert result.code == 0, result.err
    return {
        (row["counterpart"], row["direction"], row["metric"]): row["value"]
        for row in result.json
        if not {"mode", "trigger", "commodity"} & row.keys()
    }


def test_stats_table_puts_directions_beside_each_other(counted_home, sarbon):
    result = sarbon("stats", "--month", "2020-03", "--peer", UZ)
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "AZ-SCC, 2020-03-01 to 2020-04-01 UTC"
    assert lines[2].split() == [UZ, "we", "sent", "we", "received"]
    shown = {line[:38].strip(): line[38:].split() for line in lines[3:]}
    assert shown["documents-alert"] == ["-", "2"]
    assert shown["acceptance-in-time"] == ["-", "50", "%", "of", "2"]
    assert shown["hit-rate alert"] == ["-", "100", "%", "of", "1"]
    assert shown["seized-mass opiates"] == ["-", "2.5", "kg", "of", "1"]
    assert shown["acceptance-time"] == ["-", "60", "min", "of", "1"]
    assert TM not in result.out
    assert counted_home.is_dir()


def test_stats_of_nothing_says_so(counted_home, sarbon):
    result = sarbon("stats", "--month", "2019-03")
    assert (result.code, result.out.splitlines()[1]) == (0, "  nothing was exchanged")
    assert counted_home.is_dir()


@pytest.mark.usefixtures("counted_home")
def test_stats_as_json_has_a_figure_a_line(sarbon):
    found = rows(sarbon("stats", "--month", "2020-03", "--json"))
    assert found[UZ, "received", "documents-alert"] == "2"
    assert found[TM, "received", "documents-alert"] == "1"


@pytest.mark.usefixtures("counted_home")
def test_stats_as_csv_has_the_same_figures(sarbon):
    typed = ("stats", "--from", "2020-03-01", "--until", "2020-05-01")
    as_json = sarbon(*typed, "--json").json
    table = list(csv.DictReader(io.StringIO(sarbon(*typed, "--csv").out)))
    kept = [{name: value for name, value in row.items() if value} for row in table]
    assert kept == [{name: str(value) for name, value in row.items()} for row in as_json]


@pytest.mark.usefixtures("counted_home")
def test_stats_by_month_tell_each_month_by_itself(sarbon):
    typed = ("stats", "--from", "2020-02-15", "--until", "2020-05-01", "--by-month", "--json")
    alerts = {
        row["period_start"][:7]: row["value"]
        for row in sarbon(*typed, "--peer", UZ).json
        if row["metric"] == "documents-alert"
    }
    assert alerts == {"2020-03": "2", "2020-04": "1"}


@pytest.mark.usefixtures("counted_home")
def test_stats_of_test_traffic_are_marked(sarbon):
    result = sarbon("stats", "--month", "2020-03", "--test")
    assert result.out.splitlines()[0].endswith("UTC, test traffic")
    assert rows(sarbon("stats", "--month", "2020-03", "--test", "--json")) != {}


@pytest.mark.usefixtures("counted_home")
def test_stats_without_a_period_are_of_this_month(sarbon):
    result = sarbon("stats")
    assert result.out.splitlines()[0].startswith(f"AZ-SCC, {datetime.now(UTC):%Y-%m}-01 to ")


@pytest.mark.usefixtures("counted_home")
@pytest.mark.parametrize(("version", "function"), [(1, "9"), (2, "5")])
def test_document_for_a_peer_passes_the_door_and_tells_only_of_that_peer(sarbon, version, function):
    typed = ("stats", "--document", "--to", UZ, "--unit", "PCU-ALYAT", "--month", "2020-03")
    result = sarbon(*typed, "--version", version)
    document = read_document(result.out.encode()).document
    assert {one.counterpart for one in document.figures} == {UZ}
    assert document.recipients == (UZ,)
    assert (document.reference, document.version) == ("AZ-STA-202003-UZ-CC", version)
    assert (document.function, document.test) == (function, False)
    assert document.period_start.isoformat() == "2020-03-01T00:00:00+00:00"


@pytest.mark.usefixtures("counted_home")
def test_document_names_no_case_and_no_person(sarbon):
    result = sarbon(
        *("stats", "--document", "--to", UZ, "--unit", "PCU-ALYAT"),
        *("--from", "2020-03-01", "--until", "2020-03-20"),
    )
    assert "ALR-" not in result.out
    assert orjson.loads(result.out)["reference"] == "AZ-STA-20200301D19-UZ-CC"


@pytest.mark.usefixtures("counted_home")
def test_document_of_test_traffic_is_test_traffic_itself(sarbon):
    typed = ("stats", "--document", "--to", UZ, "--unit", "PCU-ALYAT", "--month", "2020-03")
    assert orjson.loads(sarbon(*typed, "--test").out)["test"] is True


@pytest.mark.usefixtures("counted_home")
@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("--month", "March"), 2, "--month"),
        (("--month", "9999-12"), 2, "--month"),
        (("--month", "2020-03", "--from", "2020-03-01", "--until", "2020-03-02"), 2, "either --month"),
        (("--from", "2020-03-01"), 2, "go together"),
        (("--from", "2020-03-02", "--until", "2020-03-02"), 2, "later than --from"),
        (("--from", "2020-03", "--until", "2020-04-01"), 2, "--from"),
        (("--document", "--to", UZ), 2, "--unit"),
        (("--document", "--to", UZ, "--unit", "PCU-ALYAT"), 1, "statistics.empty"),
        (
            ("--document", "--to", UZ, "--unit", "PCU-ALYAT", "--month", "2999-01"),
            1,
            "statistics.period_open",
        ),
        (
            ("--document", "--to", UZ, "--unit", "no unit", "--month", "2020-03"),
            1,
            "document.invalid at /originator/unit",
        ),
    ],
)
def test_stats_asked_wrongly_say_what_to_do(sarbon, typed, code, says):
    result = sarbon("stats", *typed)
    assert result.code == code
    assert says in " ".join(result.err.split())
    assert result.out == ""


# Completeness.


def test_show_says_how_complete_a_notice_is(exchanged_home, sarbon):
    (shown,) = sarbon("show", "AZ-TEST-1", "--json").json
    found = shown["completeness"]
    assert 0 < found["minimum_percent"] <= 100
    (line,) = [each for each in sarbon("show", "AZ-TEST-1").out.splitlines() if "complete:" in each]
    assert line.startswith(f"  complete: minimum {found['minimum_percent']} %, full ")
    assert exchanged_home.is_dir()
