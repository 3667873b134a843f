"""The command for the corridor: cargo by what one chooses, where flows meet, what others report."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.app import DEFAULT_CONFIG, ConfigOption, JsonOption, app, print_json, settings_of
from node.cli.period import read_period
from node.conversation.calendar import moment_of

if TYPE_CHECKING:
    from node.corridor.question import Question
    from node.daemon.surveyor import Surveyor
    from node.settings import Settings

_UNKNOWN, _WITHHELD = "-", "*"


@app.command()
def corridor(
    month: Annotated[str, typer.Option(help="A month, as 2026-11; else this one so far.")] = "",
    since: Annotated[str, typer.Option("--from", help="First day, as 2026-11-01, UTC.")] = "",
    until: Annotated[str, typer.Option("--until", help="Day after the last one, UTC.")] = "",
    by: Annotated[str, typer.Option(help="What divides the cargo, as route,chapter.")] = "route",
    only: Annotated[
        list[str] | None, typer.Option(help="Only this cargo, as mode=1,2; may be given again.")
    ] = None,
    shared_with: Annotated[
        str, typer.Option("--shared-with", help="Authorities that will read it, as AZ-SCC,UZ-CC.")
    ] = "",
    purpose: Annotated[str, typer.Option(help="Only documents for this purpose.")] = "",
    nexus: Annotated[
        bool, typer.Option("--nexus", help="Where flows of three authorities meet.")
    ] = False,
    reported: Annotated[
        bool, typer.Option("--reported", help="What others tell of flows between them.")
    ] = False,
    test: Annotated[bool, typer.Option("--test", help="Test traffic, which is else left out.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Print the cargo expected in a period, divided and counted with all that came of it.

    Months and days are UTC. docs/corridor.md defines each measure.
    """
    from node.corridor.question import Question, read_audience
    from node.daemon.node import wall_clock

    if nexus and reported:
        raise typer.BadParameter("either --nexus or --reported", param_hint="--nexus")
    settings, now = settings_of(config), wall_clock()
    question = Question(
        period=read_period(month, since, until, now),
        audience=read_audience(settings.authority, shared_with, purpose or None),
        now=now,
        is_test=test,
    )
    surveyor = _surveyor(settings)
    if nexus:
        value = _nexus(surveyor, question)
    elif reported:
        value = _reported(surveyor, question)
    else:
        value = _table(surveyor, question, by, _only(only or []))
    if as_json:
        print_json(value)
        return
    for line in _lines(value, question):
        print(line)


def _surveyor(settings: "Settings") -> "Surveyor":
    from node.daemon.node import load_agreements
    from node.daemon.surveyor import Surveyor
    from node.store.database import Database

    database = Database.open(settings.data / "node.db")
    return Surveyor(settings.authority, database, load_agreements(settings))


def _only(options: Iterable[str]) -> dict[str, str]:
    given = {}
    for option in options:
        name, sign, values = option.partition("=")
        if not sign:
            raise typer.BadParameter("a dimension and its values, as mode=1,2", param_hint="--only")
        given[name] = values
    return given


def _table(surveyor: "Surveyor", question: "Question", by: str, only: dict[str, str]) -> dict[str, Any]:
    from node.corridor.outline import outline_of_table
    from node.corridor.question import read_dimensions, read_only

    dimensions, wanted = read_dimensions(by), read_only(only)
    survey = surveyor.survey(question)
    return {**_beside(question, survey.rulings), **outline_of_table(survey.table(dimensions, wanted))}


def _nexus(surveyor: "Surveyor", question: "Question") -> dict[str, Any]:
    from node.corridor.outline import outline_of_nexus

    survey = surveyor.survey(question)
    return {**_beside(question, survey.rulings), **outline_of_nexus(survey.nexus())}


def _reported(surveyor: "Surveyor", question: "Question") -> dict[str, Any]:
    from node.corridor.outline import outlines_of_reported

    reports = surveyor.reports(question)
    told = {"reported": outlines_of_reported(reports.reported)}
    return {**_beside(question, reports.rulings), **told}


def _beside(question: "Question", rulings: Any) -> dict[str, Any]:
    from node.corridor.outline import outline_of_survey

    return outline_of_survey(question.period, question.audience, rulings, is_test=question.is_test)


def _lines(value: dict[str, Any], question: "Question") -> Iterator[str]:
    first, end = moment_of(question.period.start), moment_of(question.period.end)
    readers = f", for {', '.join(value['shared_with'])}" if value["shared_with"] else ""
    kind = ", test traffic" if value["test"] else ""
    yield f"{value['authority']}, {first:%Y-%m-%d} to {end:%Y-%m-%d} UTC{readers}{kind}"
    yield ""
    if "cells" in value:
        yield from _aligned(_table_rows(value), len(value["by"]) or 1)
    elif "links" in value:
        yield from _aligned(_link_rows(value["links"]), 6)
    else:
        yield from _aligned(_report_rows(value["reported"]), 7)
    yield ""
    counted = (f"{name} {count}" for name, count in value["rulings"].items() if count)
    yield f"documents: {', '.join(counted) or 'none'}"
    if value.get("missing"):
        yield f"notices of which no flows are kept: {value['missing']}"
    if value["least"]:
        yield f"{_WITHHELD} withheld: of fewer than {value['least']}"


def _table_rows(value: dict[str, Any]) -> Iterator[list[str]]:
    """Give a row for each cell; what is nowhere anything but 0 has no column."""
    width = len(value["by"]) or 1
    rows = [(cell["key"] or ["all"], cell) for cell in value["cells"]]
    rows += [(["total"], value["total"]), (["loose"], value["loose"])]
    numbers = [({_name(one): _shown(one["value"]) for one in cell["figures"]}) for _, cell in rows]
    names = dict.fromkeys(name for row in numbers for name, number in row.items() if number != "0")
    heads = [name.partition(" ") for name in names]
    yield [*(value["by"] or [""]), *(measure for measure, _, _ in heads)]
    if any(part for _, _, part in heads):
        yield [*[""] * width, *(part for _, _, part in heads)]
    for (key, _), row in zip(rows, numbers, strict=True):
        padded = [*(part or _UNKNOWN for part in key), *[""] * (width - len(key))]
        yield [*padded, *(row.get(name, "") for name in names)]


def _link_rows(links: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    names = ("announced_by", "alerted_by", "ended_at", "via", "office", "chapter")
    counts = ("consignments", "alerts", "hits", "controls", "seizures", "share")
    if not links:
        yield ["nothing met"]
        return
    yield [name.replace("_", " ") for name in (*names, *counts)]
    for link in links:
        yield [*(link[name] or _UNKNOWN for name in names), *(_shown(link[name]) for name in counts)]


def _report_rows(reported: Sequence[dict[str, Any]]) -> Iterator[list[str]]:
    if not reported:
        yield ["nobody told of any"]
        return
    yield ["source", "reference", "from", "to", "sender", "recipient", "metric", "value", "of"]
    for each in reported:
        whose = (each["authority"], each["reference"], each["period_start"][:10])
        for figure in each["figures"]:
            ends = (each["period_end"][:10], each["sender"], each["recipient"])
            of = "" if figure["of"] is None else str(figure["of"])
            yield [*whose, *ends, _name(figure), _shown(figure["value"]), of]


def _name(figure: dict[str, Any]) -> str:
    return " ".join(filter(None, (figure["measure"], figure["part"])))


def _shown(number: Any) -> str:
    return _WITHHELD if number is None else str(number)


def _aligned(rows: Iterable[list[str]], words: int) -> Iterator[str]:
    """Write rows under each other: words to the left, numbers to the right."""
    table = list(rows)
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        cells = [
            cell.ljust(width) if place < words else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
