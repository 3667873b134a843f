"""A corridor view as plain values: what is shown of it, the same on the command line and in the API.

Responsible for the members and their forms. Must not count or withhold anything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from node.conversation.calendar import instant, moment_of
from node.conversation.measures import Period
from node.corridor.figures import Figure
from node.corridor.nexus import Link, Nexus
from node.corridor.reported import Reported
from node.corridor.sharing import Audience, Ruling
from node.corridor.view import Cell, Dimension, Table

Outline = dict[str, Any]


def outline_of_survey(
    period: Period, audience: Audience, rulings: Mapping[Ruling, int], *, is_test: bool
) -> Outline:
    """Give what stands beside every view: for whom it is, of what, and which documents were used."""
    return {
        "authority": audience.own,
        "period_start": instant(moment_of(period.start)),
        "period_end": instant(moment_of(period.end)),
        "shared_with": sorted(audience.readers),
        "purpose": audience.purpose,
        "test": is_test,
        "least": audience.least,
        "rulings": {ruling.value: rulings.get(ruling, 0) for ruling in Ruling},
    }


def outline_of_table(table: Table) -> Outline:
    """Give a table."""
    return {
        "by": [dimension.value for dimension in table.by],
        "cells": [outline_of_cell(cell) for cell in table.cells],
        "total": outline_of_cell(table.total),
        "loose": outline_of_cell(table.loose),
        "missing": table.missing,
    }


def outline_of_cell(cell: Cell) -> Outline:
    """Give a cell; its key has a value for each of the dimensions, null where it is not known."""
    return {"key": list(cell.key), "figures": [outline_of_figure(one) for one in cell.figures]}


def outline_of_figure(figure: Figure) -> Outline:
    """Give one number; the value of one that is withheld is null."""
    return {
        "measure": figure.measure,
        "part": figure.part,
        "value": figure.value,
        "unit": figure.unit,
        "of": figure.of,
    }


def outline_of_nexus(found: Nexus) -> Outline:
    """Give all links."""
    return {
        "links": [outline_of_link(link) for link in found.links],
        "of": found.of,
        "withheld": found.withheld,
    }


def outline_of_link(link: Link) -> Outline:
    """Give one link; a number that is withheld is null."""
    value = asdict(link)
    del value["parties"]
    return {**link.parties._asdict(), **value, "via": ">".join(link.via)}


def outlines_of_reported(reported: Iterable[Reported]) -> list[Outline]:
    """Give what others tell of flows between them, one entry for each flow and report."""
    return [
        {
            "authority": each.source.authority,
            "reference": each.source.reference,
            "version": each.version,
            "period_start": instant(moment_of(each.period.start)),
            "period_end": instant(moment_of(each.period.end)),
            "sender": each.sender,
            "recipient": each.recipient,
            "figures": [outline_of_figure(one) for one in each.figures],
        }
        for each in reported
    ]


def rows_of_table(table: Table) -> list[Outline]:
    """Give a table one figure a row, for a spreadsheet; a dimension not chosen is null."""
    cells = [("cell", cell) for cell in table.cells]
    cells += [("total", table.total), ("loose", table.loose)]
    return [
        {
            "row": kind,
            **dict.fromkeys((dimension.value for dimension in Dimension), None),
            **dict(zip((dimension.value for dimension in table.by), cell.key, strict=False)),
            **outline_of_figure(figure),
        }
        for kind, cell in cells
        for figure in cell.figures
    ]


def rows_of_reported(reported: Iterable[Reported]) -> list[Outline]:
    """Give the same one figure a row, for a spreadsheet."""
    return [
        {**{name: value for name, value in each.items() if name != "figures"}, **figure}
        for each in outlines_of_reported(reported)
        for figure in each["figures"]
    ]
