"""Commands for conversations: cases, case, deadlines."""

import heapq
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.app import DEFAULT_CONFIG, ConfigOption, JsonOption, app, print_json, settings_of
from node.errors import CallerError
from node.settings import Settings

if TYPE_CHECKING:
    from node.conversation.timeline import Due, Line
    from node.store.cases import Case, Cases

LimitOption = Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")]
OverdueOption = Annotated[bool, typer.Option("--overdue", help="Only where the time has passed.")]


@app.command()
def cases(
    peer: Annotated[str | None, typer.Option(help="Only with this authority.")] = None,
    only_open: Annotated[
        bool, typer.Option("--open", help="Only those that have not come to their end.")
    ] = False,
    overdue: OverdueOption = False,
    limit: LimitOption = 50,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List conversations, the one that moved last first: where each stands and what is due next."""
    from node.conversation.outline import is_wanted, outline_of

    now, kept = _now(), _cases(settings_of(config))
    pages = kept.owing() if overdue and not peer else kept.listed(peer=peer, only_open=only_open)
    every = (outline_of(page, now=now) for page in pages)
    rows = (row for row in every if is_wanted(row, only_open=only_open, overdue=overdue))
    is_any = False
    for row in islice(rows, limit):
        is_any = True
        if as_json:
            print_json(row)
        else:
            print(f"{_in_columns(row)}  {row['due']['text'] if row['due'] else ''}".rstrip())
    if not is_any and not as_json:
        print("no conversations")


@app.command()
def case(
    wanted: Annotated[
        str, typer.Argument(metavar="ID", help="Reference or message id of any document of the case.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show a case as a timeline: every linked conversation, who said what when, and what is owed.

    Only what was coded is shown; no name of a person or company and no number of cargo.
    """
    from node.conversation.outline import owed_in
    from node.conversation.timeline import timeline

    now = _now()
    found = _cases(settings_of(config)).gather(wanted)
    if found is None:
        raise CallerError(
            "case.unknown", f"there is no conversation with {wanted}", hint="'sarbon cases' lists them"
        )
    lines = timeline(found.pages, now=now)
    left = owed_in(found.pages, now=now)
    if as_json:
        print_json(_case_value(found, lines, left, now))
        return
    _print_conversations(found, now)
    for line in lines:
        _print_line(line)
    for due in left:
        print(f"{_at(due.deadline.due)}  owed     {due.tell(now)} ({due.reference})")


@app.command()
def deadlines(
    overdue: OverdueOption = False,
    limit: LimitOption = 50,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List what is owed, by us and to us, what is due first first."""
    from node.conversation.outline import outline_of_due
    from node.conversation.timeline import owed

    now = _now()
    found = (due for page in _cases(settings_of(config)).owing() for due in owed(page, now=now))
    wanted = (due for due in found if not overdue or due.is_overdue(now))
    rows = heapq.nsmallest(limit, wanted, key=lambda due: (due.deadline.due, due.reference))
    for due in rows:
        if as_json:
            print_json(outline_of_due(due, now=now))
        else:
            print(f"{_at(due.deadline.due)}  {due.peer:<8} {due.reference:<24} {due.tell(now)}")
    if not rows and not as_json:
        print("nothing is owed")


def _now() -> int:
    from node.daemon.node import wall_clock

    return wall_clock()


def _cases(settings: Settings) -> "Cases":
    from node.store.cases import Cases
    from node.store.database import Database

    return Cases(settings.authority, Database.open(settings.data / "node.db"))


def _in_columns(row: dict[str, Any]) -> str:
    return f"{row['reference']:<24} {row['title']:<15} {row['peer']:<8} {row['state']:<15}"


def _case_value(found: "Case", lines: list["Line"], left: list["Due"], now: int) -> dict[str, Any]:
    from node.conversation.outline import outline_of_due, outline_of_line

    return {
        "documents": found.documents,
        "whole": found.is_whole,
        "conversations": list(_rows(found, now)),
        "timeline": [outline_of_line(line) for line in lines],
        "owed": [outline_of_due(due, now=now) for due in left],
    }


def _rows(found: "Case", now: int) -> Iterator[dict[str, Any]]:
    from node.conversation.outline import outline_of

    return (outline_of(page, now=now) for page in found.pages if page.agreed is not None)


def _print_conversations(found: "Case", now: int) -> None:
    rows = list(_rows(found, now))
    print(f"{len(rows)} conversations, {found.documents} documents")
    if not found.is_whole:
        print("more are linked with it than are followed: this is a part")
    for row in rows:
        print(f"  {_in_columns(row)}".rstrip())


def _print_line(line: "Line") -> None:
    from node.conversation.timeline import came_to

    print(f"{_at(line.at)}  {line.who:<8} {line.text}")
    rest = "; ".join(filter(None, (came_to(line), *line.notes)))
    if rest:
        print(f"{'':<31} -> {rest}")


def _at(ms: int) -> str:
    from node.conversation.wording import to_second

    return to_second(ms)
