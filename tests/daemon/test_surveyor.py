"""The corridor as three real nodes see it, each from its own register and by its own agreements."""

import pytest
import pytest_asyncio

from node.corridor.sharing import Ruling
from node.corridor.view import Dimension
from node.store import tables
from node.store.national_tables import matched
from tests.corridor.conftest import numbers
from tests.daemon.trade import AZ, DAY, TM, UZ, trading
from tests.spoken import answering, instant

STATISTICS = {"handling": {"purpose": "risk-analysis", "legal_basis": "control-units"}}


@pytest_asyncio.fixture
async def trade(stage):
    async with trading(stage) as made:
        yield made


def counted(trade, who, *readers, by=(), only=None, **more):
    """Give the figures of each cell, and of the total under the empty key."""
    table = trade.survey(who, *readers, **more).table(by, only or {})
    return {each.key: numbers(each) for each in (*table.cells, table.total)}


def picked(figures, *names):
    return tuple(figures[name] for name in names)


async def test_each_sees_the_cargo_it_announced_or_was_told_of(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(TM, UZ, "TM-PAN-1", "notice-road-farap")
    seen = {who: counted(trade, who, by=[Dimension.ORIGINATOR]) for who in (AZ, TM, UZ)}
    assert [set(seen[who]) for who in (AZ, TM, UZ)] == [
        {(AZ,), ()},
        {(AZ,), (TM,), ()},
        {(TM,), ()},
    ]
    assert seen[TM][()]["gross-mass"] == "72839.52"
    assert (seen[AZ][(AZ,)], seen[UZ][(TM,)]) == (seen[TM][(AZ,)], seen[TM][(TM,)])


async def test_alert_of_one_on_cargo_of_another_dealt_with_by_a_third_is_a_nexus(trade):
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    alert = await trade.warn(TM, UZ, "TM-ALR-1", about=[wagon])
    for number, example in enumerate(("hit-minimum", "control-result-full", "seizure-minimum")):
        await trade.answer(UZ, TM, example, alert, reference=f"UZ-ANS-{number}")
    survey = trade.survey(TM)
    (link, *_) = survey.nexus().links
    assert (*link.parties, link.via, link.hits) == (AZ, TM, UZ, ("AZ", "TM", "UZ"), 1)
    total = numbers(survey.table([], {}).total)
    names = ("notices", "alerts", "hits", "controls", "controls-b1", "seizures")
    assert picked(total, *names) == ("1", "1", "1", "1", "1", "1")
    assert survey.rulings == {Ruling.USED: 5}
    assert trade.survey(AZ).nexus().links == ()


async def test_alert_on_nothing_known_is_loose(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.warn(TM, UZ, "TM-ALR-1")
    table = trade.survey(TM).table([], {})
    assert (numbers(table.total)["alerts"], numbers(table.loose)["alerts"]) == ("0", "1")


async def test_alert_on_cargo_of_another_period_is_not_loose(trade):
    wagon = await trade.announce(TM, UZ, "TM-PAN-1")
    await trade.warn(TM, UZ, "TM-ALR-1", about=[wagon])
    period = trade.period._replace(start=trade.now, end=trade.now + DAY)  # before the wagon comes
    table = trade.survey(TM, period=period).table([], {})
    assert (numbers(table.total)["notices"], numbers(table.loose)["alerts"]) == ("0", "0")


async def test_amended_notice_counts_in_its_newest_version(trade):
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.amend(wagon, "AZ-AMD-1", office_of_entry="TM001005")
    for who in (AZ, TM):
        found = counted(trade, who, by=[Dimension.OFFICE])
        assert set(found) == {("TM001005",), ()}
        assert found[()]["notices"] == "1"


async def test_notice_amended_into_another_period_leaves_the_first(trade):
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    moved = {**wagon["transport"], "estimated_arrival_at": instant(trade.now + 40 * DAY)}
    await trade.amend(wagon, "AZ-AMD-1", transport=moved)
    then = trade.period._replace(start=trade.period.end, end=trade.period.end + 30 * DAY)
    for who in (AZ, TM):
        assert [
            counted(trade, who, period=period)[()]["notices"] for period in (trade.period, then)
        ] == [
            "0",
            "1",
        ]


async def test_recalled_notice_counts_no_more(trade):
    wagon = await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(AZ, TM, "AZ-PAN-2")
    await trade.say(AZ, TM, "recall-minimum", reference="AZ-RCL-1", recalls=answering(wagon))
    for who in (AZ, TM):
        assert counted(trade, who)[()]["notices"] == "1"


async def test_agreement_that_excludes_figures_takes_its_documents_out(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(TM, UZ, "TM-PAN-1", "notice-road-farap")
    trade.set_terms(TM, (AZ, TM), aggregate_use="never")
    survey = trade.survey(TM)
    table = survey.table([Dimension.ORIGINATOR], {})
    assert [each.key for each in table.cells] == [(TM,)]
    assert (survey.rulings, table.missing) == ({Ruling.USED: 1, Ruling.NO_AGGREGATE: 1}, 0)
    assert counted(trade, AZ)[()]["notices"] == "1"  # of its own it may count


async def test_document_whose_days_are_over_is_left_out(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    trade.set_terms(TM, (AZ, TM), retention_days=10)
    node = trade.sides[TM].node
    for days, ruling in ((9, Ruling.USED), (11, Ruling.RETENTION_OVER)):
        node.clock = lambda days=days: trade.now + days * DAY
        survey = trade.survey(TM)
        assert survey.rulings == {ruling: 1}
        assert len(survey.cases) == (ruling is Ruling.USED)


async def test_view_for_a_third_leaves_out_what_must_not_be_passed_on(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(TM, UZ, "TM-PAN-1", "notice-road-farap")
    trade.set_terms(TM, (AZ, TM), onward_transfer="never")
    assert trade.survey(TM, UZ).rulings == {Ruling.USED: 1, Ruling.NOT_ONWARD: 1}
    assert trade.survey(TM, AZ).rulings == {Ruling.USED: 2}
    assert counted(trade, TM, AZ)[()]["notices"] is None  # two are too few to be shown


async def test_view_for_one_purpose_leaves_out_the_others(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.announce(TM, UZ, "TM-PAN-1")
    found = [trade.survey(TM, purpose=each).rulings for each in ("counter-narcotics", "risk-analysis")]
    assert found == [{Ruling.USED: 2}, {Ruling.OTHER_PURPOSE: 2}]


async def test_purpose_of_a_document_that_was_erased_is_not_known(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    with trade.sides[TM].node.database.writing() as connection:
        connection.execute(tables.received.update().values(document=None))
    assert trade.survey(TM, purpose="counter-narcotics").rulings == {Ruling.OTHER_PURPOSE: 1}
    trade.set_terms(TM, (AZ, TM), onward_transfer="never")
    assert trade.survey(TM, AZ).rulings == {Ruling.USED: 1}  # its recipients are still known


async def test_test_traffic_is_seen_by_itself(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1", test=True)
    await trade.announce(AZ, TM, "AZ-PAN-2")
    for is_test, reference in ((True, "AZ-PAN-1"), (False, "AZ-PAN-2")):
        survey = trade.survey(TM, is_test=is_test)
        assert [case.lead.reference for case in survey.cases] == [reference]
        assert survey.rulings == {Ruling.USED: 1}


async def test_notice_without_flows_is_missing(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    with trade.sides[TM].node.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM flow")
    table = trade.survey(TM).table([], {})
    assert (table.missing, numbers(table.total)["notices"]) == (1, "0")


def statistics(trade, counterpart, **members):
    return {
        **STATISTICS,
        "period_start": instant(trade.now - 20 * DAY),
        "period_end": instant(trade.now - 10 * DAY),
        "figures": [
            {
                "metric": "documents-alert",
                "counterpart": counterpart,
                "direction": "received",
                "value": "12",
                "unit": "count",
            }
        ],
        **members,
    }


async def test_figures_of_flows_between_two_others_are_shown_with_who_said_them(trade):
    await trade.say(UZ, TM, "statistics-minimum", reference="UZ-STA-1", **statistics(trade, AZ))
    reports = trade.surveyor(TM).reports(trade.question(TM))
    (told,) = reports.reported
    assert (told.source.authority, told.sender, told.recipient) == (UZ, AZ, UZ)
    assert [(one.measure, one.value) for one in told.figures] == [("documents-alert", "12")]
    assert [message.partition("/")[0] for message in reports.messages] == [UZ]
    assert reports.rulings == {Ruling.USED: 1}
    assert counted(trade, TM)[()]["alerts"] == "0"  # and they are in no number of ours


async def test_figures_of_flows_with_us_are_not_told_again(trade):
    await trade.say(UZ, TM, "statistics-minimum", reference="UZ-STA-1", **statistics(trade, TM))
    reports = trade.surveyor(TM).reports(trade.question(TM))
    assert (reports.reported, reports.messages) == ((), ())


async def test_figures_of_others_are_passed_on_only_where_that_is_allowed(trade):
    await trade.say(UZ, TM, "statistics-minimum", reference="UZ-STA-1", **statistics(trade, AZ))
    for onward, ruling in (("consent", Ruling.NOT_ONWARD), ("allowed", Ruling.USED)):
        trade.set_terms(TM, (TM, UZ), onward_transfer=onward)
        reports = trade.surveyor(TM).reports(trade.question(TM, AZ))
        assert reports.rulings == {ruling: 1}
        assert len(reports.reported) == (ruling is Ruling.USED)


async def test_statistics_that_were_recalled_are_not_told(trade):
    told = await trade.say(UZ, TM, "statistics-minimum", reference="UZ-STA-1", **statistics(trade, AZ))
    await trade.say(UZ, TM, "recall-minimum", reference="UZ-RCL-1", recalls=answering(told))
    assert trade.surveyor(TM).reports(trade.question(TM)).reported == ()


async def test_newest_statistics_are_told(trade):
    first = await trade.say(UZ, TM, "statistics-minimum", reference="UZ-STA-1", **statistics(trade, AZ))
    figures = [{**first["figures"][0], "value": "13"}]
    await trade.send({**first, "version": 2, "function": "5", "figures": figures})
    (told,) = trade.surveyor(TM).reports(trade.question(TM)).reported
    assert (told.version, told.figures[0].value) == (2, "13")


@pytest.mark.parametrize(
    ("side", "state", "figures", "loose"),
    [
        ("alert", "found", ("0", "1", "0"), "1"),
        ("alert", "confirmed", ("1", "1", "1"), "0"),
        ("alert", "dismissed", ("0", "1", "0"), "1"),
        ("alert", "withdrawn", ("0", "0", "0"), "1"),
        ("watch", "confirmed", ("0", "1", "1"), "1"),
    ],
)
async def test_match_ties_an_alert_to_cargo_once_it_is_confirmed(trade, side, state, figures, loose):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    await trade.warn(UZ, TM, "UZ-ALR-1")
    put_match(trade.sides[TM].node.database, side=side, state=state)
    table = trade.survey(TM).table([], {})
    assert picked(numbers(table.total), "alerts", "matches", "matches-confirmed") == figures
    assert numbers(table.loose)["alerts"] == loose


async def test_matches_with_our_watch_list_are_told_to_nobody(trade):
    await trade.announce(AZ, TM, "AZ-PAN-1")
    put_match(trade.sides[TM].node.database, side="watch", state="confirmed")
    assert [len(trade.survey(TM, *readers).matches) for readers in ((), (AZ,))] == [1, 0]


def put_match(database, **columns):
    row = {
        "id": "m-1",
        "authority": UZ,
        "reference": "UZ-ALR-1",
        "version": 1,
        "notice_authority": AZ,
        "notice_reference": "AZ-PAN-1",
        "notice_version": 1,
        "score": 90,
        "grade": "strong",
        "found_at": 0,
        "findings": "[]",
        "number": 1,
        **columns,
    }
    with database.writing() as connection:
        connection.execute(matched.insert(), row)
