"""Views as plain values: every member, what is withheld, and rows for a spreadsheet."""

from node.conversation.facts import Ref
from node.corridor.figures import MEASURES, Figure
from node.corridor.nexus import Link, Nexus, Parties
from node.corridor.outline import (
    outline_of_nexus,
    outline_of_survey,
    outline_of_table,
    outlines_of_reported,
    rows_of_reported,
    rows_of_table,
)
from node.corridor.reported import Reported
from node.corridor.sharing import Audience, Ruling
from node.corridor.view import Dimension, view
from tests.conversation.conftest import AZ, UZ
from tests.corridor.conftest import NOTICE, TM, WEEK, alert, case, controlled, flow


def table(*by, least=0):
    cases = [case(), alert(1, TM, NOTICE, measures=controlled())]
    return view([flow(loading=None)], cases, by=by, period=WEEK, least=least)


def test_survey_says_for_whom_of_what_and_which_documents():
    audience = Audience(UZ, frozenset({TM, AZ}), "risk-analysis")
    found = outline_of_survey(WEEK, audience, {Ruling.USED: 4, Ruling.NOT_ONWARD: 1}, is_test=True)
    rulings = {**dict.fromkeys(map(str, Ruling), 0), "used": 4, "not-onward": 1}
    assert found == {
        "authority": UZ,
        "period_start": "2026-11-23T12:00:00Z",
        "period_end": "2026-11-30T12:00:00Z",
        "shared_with": [AZ, TM],
        "purpose": "risk-analysis",
        "test": True,
        "least": 3,
        "rulings": rulings,
    }


def test_table_has_a_key_for_each_dimension():
    found = outline_of_table(table(Dimension.LEG, Dimension.MODE))
    assert (found["by"], [each["key"] for each in found["cells"]]) == (["leg", "mode"], [[None, "1"]])
    assert (found["total"]["key"], found["loose"]["key"], found["missing"]) == ([], [], 0)


def test_figure_names_its_part_and_loses_its_value_where_it_is_withheld():
    shown, hidden = (
        {(one["measure"], one["part"]): one for one in outline_of_table(made)["total"]["figures"]}
        for made in (table(), table(least=3))
    )
    rate = {"measure": "hit-rate", "part": "alert", "value": "100", "unit": "percent", "of": 1}
    assert shown["hit-rate", "alert"] == rate
    assert hidden["hit-rate", "alert"] == {**rate, "value": None, "of": None}
    assert {measure for measure, _ in shown} <= MEASURES.keys()


def test_rows_have_every_figure_with_its_cell():
    made = table(Dimension.LEG, Dimension.MODE)
    rows = rows_of_table(made)
    assert len(rows) == sum(len(each.figures) for each in (*made.cells, made.total, made.loose))
    first = rows[0]
    assert (first["row"], first["leg"], first["mode"], first["route"]) == ("cell", None, "1", None)
    assert (first["measure"], first["value"]) == ("notices", "1")
    assert {row["row"] for row in rows} == {"cell", "total", "loose"}
    assert {row["mode"] for row in rows if row["row"] != "cell"} == {None}
    assert {frozenset(row) for row in rows} == {frozenset(first)}


def test_nexus_has_its_parties_beside_the_numbers():
    link = Link(Parties(AZ, TM, UZ), ("AZ", "TM"), "UZ001604", "29", None, 3, 0, 1, 0, "60")
    assert outline_of_nexus(Nexus((link,), 5, withheld=False)) == {
        "links": [
            {
                "announced_by": AZ,
                "alerted_by": TM,
                "ended_at": UZ,
                "via": "AZ>TM",
                "office": "UZ001604",
                "chapter": "29",
                "consignments": None,
                "alerts": 3,
                "hits": 0,
                "controls": 1,
                "seizures": 0,
                "share": "60",
            }
        ],
        "of": 5,
        "withheld": False,
    }


def told():
    figure = Figure("controls", "count", "7")
    return Reported(Ref("statistics", AZ, "AZ-STA-1"), 2, WEEK, TM, AZ, (figure,))


def test_reported_has_a_row_for_each_figure():
    (whole,) = outlines_of_reported([told()])
    (figure,) = whole.pop("figures")
    assert rows_of_reported([told()]) == [{**whole, **figure}]


def test_reported_says_whose_word_it_is():
    assert outlines_of_reported([told()]) == [
        {
            "authority": AZ,
            "reference": "AZ-STA-1",
            "version": 2,
            "period_start": "2026-11-23T12:00:00Z",
            "period_end": "2026-11-30T12:00:00Z",
            "sender": TM,
            "recipient": AZ,
            "figures": [
                {"measure": "controls", "part": None, "value": "7", "unit": "count", "of": None}
            ],
        }
    ]
