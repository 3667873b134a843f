"""The command for figures: stats, as a table, for a spreadsheet, or as a document for a partner."""

import csv
import sys
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import orjson
import typer

from node.cli.app import DEFAULT_CONFIG, ConfigOption, JsonOption, app, print_json, settings_of
from node.cli.period import read_period
from node.conversation.calendar import instant, label_of, last_month, moment_of, months_of
from node.errors import CallerError
from node.settings import Settings

if TYPE_CHECKING:
    from node.conversation.measures import Period
    from node.message.statistics import Figure

_COLUMNS: Final = (
    *("period_start", "period_end", "counterpart", "direction", "metric"),
    *("mode", "trigger", "commodity", "value", "unit", "of"),
)
_UNITS: Final = {"count": "", "percent": " %", "minutes": " min", "kilograms": " kg"}
_VALID: Final = timedelta(days=365)


@app.command()
def stats(
    month: Annotated[str, typer.Option(help="A month, as 2026-11; else this one so far.")] = "",
    since: Annotated[str, typer.Option("--from", help="First day, as 2026-11-01, UTC.")] = "",
    until: Annotated[str, typer.Option("--until", help="Day after the last one, UTC.")] = "",
    by_month: Annotated[
        bool, typer.Option("--by-month", help="Each month of --from to --until by itself.")
    ] = False,
    peer: Annotated[str, typer.Option(help="Only with this authority.")] = "",
    test: Annotated[bool, typer.Option("--test", help="Test traffic, which is else left out.")] = False,
    document: Annotated[
        bool, typer.Option("--document", help="Print a statistics/1 document; needs --to and --unit.")
    ] = False,
    to: Annotated[str, typer.Option("--to", help="Whom the document is for, and about.")] = "",
    unit: Annotated[str, typer.Option(help="Our unit that answers for the document.")] = "",
    version: Annotated[int, typer.Option(min=1, help="Of the document, when it is made anew.")] = 1,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, one figure a line.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Print the figures of a period: what was exchanged, how soon, how complete, what came of it.

    Months and days are UTC. docs/statistics.md defines each figure.
    """
    from node.daemon.node import wall_clock

    settings, now = settings_of(config), wall_clock()
    if document:
        if not to or not unit:
            raise typer.BadParameter("a document needs --to and --unit", param_hint="--document")
        period = read_period(month or ("" if since else last_month(now)), since, until, now)
        _print_document(settings, period, to=to, unit=unit, version=version, now=now, is_test=test)
        return
    period = read_period(month, since, until, now)
    counted = [
        (each, _figures(settings, each, peer=peer or to, now=now, is_test=test))
        for each in (months_of(period) if by_month else [period])
    ]
    if as_csv or as_json:
        _print_rows([row for each, figures in counted for row in _rows(each, figures)], as_csv=as_csv)
        return
    kind = ", test traffic" if test else ""
    for each, figures in counted:
        first, end = moment_of(each.start), moment_of(each.end)
        print(f"{settings.authority}, {first:%Y-%m-%d} to {end:%Y-%m-%d} UTC{kind}")
        for line in _table(figures):
            print(line)


def _figures(
    settings: Settings, period: "Period", *, peer: str, now: int, is_test: bool
) -> "tuple[Figure, ...]":
    from node.conversation.statistics import agreed_terms, figures_of
    from node.daemon.node import load_agreements
    from node.store.database import Database
    from node.store.figures import pages_of_period

    database = Database.open(settings.data / "node.db")
    pages = pages_of_period(settings.authority, database, *period, peer=peer or None)
    terms = agreed_terms(load_agreements(settings))
    return figures_of(pages, period, now=now, terms=terms, is_test=is_test)


def _print_document(
    settings: Settings,
    period: "Period",
    *,
    to: str,
    unit: str,
    version: int,
    now: int,
    is_test: bool,
) -> None:
    """Print the document, once it has passed the same door as any other.

    Raises:
        CallerError: `statistics.period_open`, `statistics.empty`.
        PeerError: the unit or the recipient cannot be named so.
    """
    from node.message.document import read_document

    if period.end > now:
        raise CallerError(
            "statistics.period_open", "the period has not ended", hint="choose an earlier --month"
        )
    figures = _figures(settings, period, peer=to, now=now, is_test=is_test)
    if not figures:
        raise CallerError(
            "statistics.empty",
            f"nothing was exchanged with {to} in that period",
            hint="'sarbon stats' shows with whom there was",
        )
    issued = moment_of(now)
    value = {
        "type": "statistics/1",
        "reference": f"{settings.authority[:2]}-STA-{label_of(period)}-{to}",
        "version": version,
        "function": "9" if version == 1 else "5",
        "issued_at": instant(issued),
        "originator": {
            "authority": settings.authority,
            "unit": unit,
            "country": settings.authority[:2],
        },
        "recipients": [to],
        "priority": "routine",
        "valid_until": instant(issued + _VALID),
        "handling": {"purpose": "risk-analysis", "legal_basis": "customs-agreement"},
        "test": is_test,
        "period_start": instant(moment_of(period.start)),
        "period_end": instant(moment_of(period.end)),
        "figures": [one.model_dump(exclude_none=True) for one in figures],
    }
    raw = orjson.dumps(value, option=orjson.OPT_INDENT_2)
    read_document(raw)
    print(raw.decode())


def _rows(period: "Period", figures: "Iterable[Figure]") -> Iterator[dict[str, Any]]:
    span = {
        "period_start": instant(moment_of(period.start)),
        "period_end": instant(moment_of(period.end)),
    }
    return ({**span, **figure.model_dump(exclude_none=True)} for figure in figures)


def _print_rows(rows: list[dict[str, Any]], *, as_csv: bool) -> None:
    if as_csv:
        table = csv.DictWriter(sys.stdout, _COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
        return
    for row in rows:
        print_json(row)


def _table(figures: "Iterable[Figure]") -> Iterator[str]:
    """Write the two directions beside each other, a block for each counterpart."""
    cells: dict[str, dict[str, dict[str, str]]] = {}
    for one in figures:
        name = " ".join(filter(None, (one.metric, *_split(one))))
        cell = f"{one.value}{_UNITS[one.unit]}{f'  of {one.of}' if one.of is not None else ''}"
        cells.setdefault(one.counterpart, {}).setdefault(name, {})[one.direction] = cell
    if not cells:
        yield "  nothing was exchanged"
    for counterpart, lines in cells.items():
        yield ""
        yield f"{counterpart:<38}{'we sent':<26}we received"
        for name, both in _in_order(lines):
            sent, received = both.get("sent", "-"), both.get("received", "-")
            yield f"  {name:<36}{sent:<26}{received}"


def _split(figure: "Figure") -> Iterator[str]:
    """Name the part of the whole that a figure is of."""
    if figure.mode is not None:
        yield f"mode {figure.mode}"
    for part in (figure.trigger, figure.commodity):
        if part is not None:
            yield part


def _in_order(lines: dict[str, dict[str, str]]) -> list[tuple[str, dict[str, str]]]:
    """Put what only one direction has among the rest, in the order of the metric list."""
    from node.reference.statistics_codes import METRICS

    order = {metric: place for place, metric in enumerate(METRICS.codes)}
    return sorted(lines.items(), key=lambda line: (order[line[0].split(" ")[0]], line[0]))
