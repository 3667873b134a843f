"""The corridor on the command line: as a table, and for machines."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from node.conversation.facts import Ref
from node.conversation.page import Page
from node.corridor.sharing import Ruling
from node.daemon.node import wall_clock
from node.store.database import Database
from node.store.flows import PutFlows
from node.store.register import Entries, write_register
from node.trust.agreement import Deadlines
from tests.conversation.conftest import DAY, HOUR, lead, said
from tests.corridor.conftest import flow
from tests.daemon.trade import trading
from tests.spoken import instant

AZ, TM, UZ = "AZ-SCC", "TM-SCS", "UZ-CC"
START = int(datetime(2020, 3, 10, 12, tzinfo=UTC).timestamp() * 1000)
MARCH = ("--month", "2020-03")


def announced(number, *, test=False):
    """Make a notice of our own to UZ-CC, with its one flow."""
    ref = Ref("pre-arrival-notice", AZ, f"PAN-{number}")
    coded = {"eta": START + DAY, **({"test": True} if test else {})}
    said_ = lead(ref, at=START, until=START + 7 * DAY, delivered_at=START + HOUR, coded=coded)
    page = Page(AZ, UZ, ref)
    page.add(said_)
    made = flow(ref, message=said_.id, eta=START + DAY, office=f"UZ00000{number}", loading=None)
    return page, made


@pytest.fixture
def corridor_home(home):
    """The folder of AZ-SCC, with cargo of March 2020: two notices, an alert on one, its control."""
    first, second, trial = announced(1), announced(2), announced(3, test=True)
    alert = Ref("alert", AZ, "ALR-1")
    warned = Page(AZ, UZ, alert)
    brought = lead(
        *(alert,), at=START, until=START + 7 * DAY, delivered_at=START + HOUR, notices=(first[0].lead,)
    )
    warned.add(brought)
    control = said("control-result", UZ, "CTL-1", at=START + 2 * HOUR, target=alert)
    warned.add(said_at_once(control))
    pages = [first[0], second[0], trial[0], warned]
    for page in pages:
        page.turn(Deadlines(), now=START + 60 * DAY)
    database = Database.open(home / "data" / "node.db")
    with database.writing() as connection:
        mentions = [(brought.id, alert), (brought.id, first[0].lead)]
        write_register(connection, Entries(pages, [], mentions, 1, START))
        PutFlows((first[1], second[1], trial[1])).write(connection)
    database.close()
    return home


def said_at_once(spoken):
    return replace(spoken, delivered_at=spoken.at, coded={**spoken.coded, "agreement": "gone"})


@pytest.mark.usefixtures("corridor_home")
def test_corridor_is_a_table_of_cells_and_the_total(sarbon):
    result = sarbon("corridor", *MARCH, "--by", "office,leg")
    assert result.code == 0, result.err
    lines = result.out.splitlines()
    assert lines[0] == "AZ-SCC, 2020-03-01 to 2020-04-01 UTC"
    head = lines[2].split()
    assert head[:3] == ["office", "leg", "notices"]
    assert "seizures" not in head  # there were none anywhere
    rows = {line.split()[0]: line.split() for line in lines[3:7]}
    assert rows["UZ000001"][1:3] == ["-", "1"]
    assert rows["total"][1] == "2"
    assert rows["loose"][1] == "0"


@pytest.mark.usefixtures("corridor_home")
def test_corridor_says_which_documents_were_used(sarbon):
    out = sarbon("corridor", *MARCH).out
    assert "documents: used 3, no-agreement 1" in out


@pytest.mark.usefixtures("corridor_home")
def test_corridor_of_some_cargo_only(sarbon):
    result = sarbon("corridor", *MARCH, "--only", "office=UZ000002", "--only", "mode=1,2", "--json")
    total = {one["measure"]: one["value"] for one in result.json[0]["total"]["figures"]}
    assert (total["notices"], total["alerts"]) == ("1", "0")


@pytest.mark.usefixtures("corridor_home")
def test_corridor_of_test_traffic_is_marked(sarbon):
    result = sarbon("corridor", *MARCH, "--test", "--by", "")
    assert result.out.splitlines()[0].endswith("UTC, test traffic")
    (value,) = sarbon("corridor", *MARCH, "--test", "--json").json
    assert (value["test"], [cell["key"] for cell in value["cells"]]) == (True, [["AZ>TM>UZ"]])


@pytest.mark.usefixtures("corridor_home")
def test_corridor_for_others_says_what_is_withheld(sarbon):
    out = sarbon("corridor", *MARCH, "--shared-with", UZ).out
    assert out.splitlines()[0] == "AZ-SCC, 2020-03-01 to 2020-04-01 UTC, for UZ-CC"
    assert "* withheld: of fewer than 3" in out
    total = next(line for line in out.splitlines() if line.startswith("total"))
    assert total.split()[1] == "*"


@pytest.mark.usefixtures("corridor_home")
def test_corridor_as_json_says_everything(sarbon):
    (value,) = sarbon("corridor", *MARCH, "--by", "route,chapter", "--json").json
    assert (value["authority"], value["by"], value["shared_with"]) == (AZ, ["route", "chapter"], [])
    assert value["rulings"] == {
        **dict.fromkeys(map(str, Ruling), 0),
        "used": 3,
        "no-agreement": 1,
    }


@pytest.mark.usefixtures("corridor_home")
def test_corridor_that_misses_flows_says_so(corridor_home, sarbon):
    database = Database.open(corridor_home / "data" / "node.db")
    with database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM flow")
    database.close()
    assert "notices of which no flows are kept: 2" in sarbon("corridor", *MARCH).out


@pytest.mark.usefixtures("corridor_home")
def test_corridor_where_nothing_met_and_nobody_told(sarbon):
    assert "nothing met" in sarbon("corridor", *MARCH, "--nexus").out
    assert "nobody told of any" in sarbon("corridor", *MARCH, "--reported").out
    assert sarbon("corridor", *MARCH, "--reported", "--json").json[0]["reported"] == []


@pytest.mark.usefixtures("corridor_home")
@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("--nexus", "--reported"), "either --nexus or --reported"),
        (("--only", "mode"), "a dimension and its values"),
        (("--month", "march"), "a time such as 1970-01"),
    ],
)
def test_corridor_asked_wrongly_is_wrong_use(sarbon, options, fault):
    result = sarbon("corridor", *options)
    assert result.code == 2
    assert fault in " ".join(result.err.replace("│", "").split())


@pytest.mark.usefixtures("corridor_home")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--by", "colour"), "corridor.dimension"),
        (("--shared-with", AZ), "corridor.reader"),
        (("--purpose", "curiosity"), "corridor.purpose"),
    ],
)
def test_corridor_asked_for_what_there_is_not_is_refused(sarbon, options, code):
    result = sarbon("corridor", *options)
    assert (result.code, code in result.err) == (1, True)


@pytest.fixture
def traded(network, monkeypatch):
    """TM-SCS after a wagon of AZ-SCC on which it warned UZ-CC, which controlled and seized."""
    asyncio.run(_trade(network))
    monkeypatch.chdir(network.home(TM))
    now = wall_clock()
    return ("--from", day(now - 20 * DAY), "--until", day(now + 20 * DAY))


async def _trade(stage):
    async with trading(stage) as trade:
        wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
        alert = await trade.warn(TM, UZ, "TM-ALR-1", about=[wagon])
        for number, example in enumerate(("control-result-full", "seizure-minimum")):
            await trade.answer(UZ, TM, example, alert, reference=f"UZ-ANS-{number}")
        told = {"counterpart": AZ, "direction": "received", "value": "12", "unit": "count"}
        await trade.say(
            *(UZ, TM, "statistics-minimum"),
            reference="UZ-STA-1",
            handling={"purpose": "risk-analysis", "legal_basis": "control-units"},
            period_start=instant(trade.now - 9 * DAY),
            period_end=instant(trade.now - 8 * DAY),
            figures=[{"metric": "documents-alert", **told}],
        )


def day(ms):
    return instant(ms)[:10]


def test_corridor_names_parts_below_their_measures(traded, sarbon):
    lines = sarbon("corridor", *traded, "--by", "originator").out.splitlines()
    assert "hit-rate" in lines[2]
    assert {"alert", "acetic-anhydride"} <= set(lines[3].split())
    assert lines[4].split()[:2] == [AZ, "1"]
    assert "documents: used 4" in lines


def test_corridor_nexus_has_a_line_for_each_link(traded, sarbon):
    lines = sarbon("corridor", *traded, "--nexus").out.splitlines()
    counts = ("1", "1", "0", "1", "1", "100")  # cargo, alerts, hits, controls, seizures, share
    assert lines[2].split()[:4] == ["announced", "by", "alerted", "by"]
    assert lines[3].split() == [AZ, TM, UZ, "AZ>TM>UZ", "TM001004", "12", *counts]


def test_corridor_reported_has_a_line_for_each_figure(traded, sarbon):
    lines = sarbon("corridor", *traded, "--reported").out.splitlines()
    shown = lines[3].split()
    assert (shown[:2], shown[4:]) == ([UZ, "UZ-STA-1"], [AZ, UZ, "documents-alert", "12"])
