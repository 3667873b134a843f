"""Commands for the watch list: what this authority looks for by itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    app,
    print_error,
    print_json,
    read_file,
    settings_of,
)
from node.cli.asking import ask_node
from node.errors import CallerError
from node.settings import Settings

if TYPE_CHECKING:
    from node.matching.watch import WatchItem
    from node.store.watch_list import KeptItem

watch_app = typer.Typer(
    no_args_is_help=True, help="The watch list: what this authority looks for by itself."
)
app.add_typer(watch_app, name="watch")


@watch_app.command("add")
def add_items(
    file: Annotated[Path, typer.Argument(help="One item in JSON, or a table of identifiers in CSV.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Write items, new or changed, and look for each at once in the notices held.

    What is wrong with one line of a table stops no other.
    """
    settings, refused = settings_of(config), False
    for place, item in _items(file):
        answer = _put(settings, item)
        if isinstance(answer, CallerError):
            refused = True
            print_error(_at(place, answer), as_json=as_json)
        elif as_json:
            print_json(answer)
        else:
            print(f"{answer['id']}: {answer['outcome']}")
    if refused:
        raise typer.Exit(1)


@watch_app.command("list")
def list_items(
    everything: Annotated[bool, typer.Option("--all", help="Ended items too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 500,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List the items of the watch list, by id."""
    from node.store.database import Database
    from node.store.watch_list import ItemFilter, WatchList, written

    kept = WatchList(Database.open(settings_of(config).data / "node.db"))
    wanted = ItemFilter(is_active=None if everything else True)
    found = kept.items(None, wanted, after=None, limit=limit)
    for one in found:
        if as_json:
            print_json({**orjson.loads(written(one.item)), "active": one.is_active})
        else:
            print(_line(one))
    if not found and not as_json:
        print("the watch list is empty")


@watch_app.command("end")
def end_item(
    item: Annotated[str, typer.Argument(metavar="ID", help="Id of the item.")],
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """End an item: it is looked for no longer, and what nobody has decided is withdrawn."""
    answer = _ask(settings_of(config), {"do": "watch", "act": "end", "id": item})
    if as_json:
        print_json(answer)
    else:
        print(f"{item}: ended")


def _ask(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    from node.daemon.match_requests import act_alone

    return ask_node(settings, request, act_alone)


def _items(file: Path) -> Iterator[tuple[str, "WatchItem | CallerError"]]:
    """Read a file of items; what is wrong with one comes in its place."""
    from node.matching.watch_reading import item_of_row, read_watch_item, read_watch_table

    raw = read_file(file)
    if file.suffix.lower() != ".csv":
        yield str(file), read_watch_item(raw)
        return
    for line, row in read_watch_table(raw):
        try:
            yield f"{file} line {line}", item_of_row(row)
        except CallerError as error:
            yield f"{file} line {line}", error


def _put(settings: Settings, item: "WatchItem | CallerError") -> dict[str, Any] | CallerError:
    from node.store.watch_list import written

    if isinstance(item, CallerError):
        return item
    try:
        return _ask(settings, {"do": "watch", "act": "put", "item": orjson.loads(written(item))})
    except CallerError as error:
        return error


def _at(place: str, error: CallerError) -> CallerError:
    return CallerError(error.code, f"{place}: {error.message}", hint=error.hint, pointer=error.pointer)


def _line(kept: "KeptItem") -> str:
    item = kept.item
    ended = "" if kept.is_active else "  ended"
    return f"{item.id:<24} {item.unit:<20} {item.reason:<17} until {item.valid_until:%Y-%m-%d}{ended}"
