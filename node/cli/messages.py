"""Commands for what there is: inbox, show."""

import json
from typing import Annotated, Any

import orjson
import typer

from node.audit.event import read_entry
from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    FromOption,
    JsonOption,
    app,
    print_json,
    settings_of,
    whose,
)
from node.cli.codes import lists_of
from node.cli.completeness import completeness_line, completeness_of
from node.cli.doubts import doubts_about
from node.conversation.wording import moment
from node.errors import CallerError
from node.message.document import read_document
from node.message.masking import masked


@app.command()
def inbox(
    config: ConfigOption = DEFAULT_CONFIG,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    originator: Annotated[str | None, typer.Option("--from", help="Only from this authority.")] = None,
    type_: Annotated[str | None, typer.Option("--type", help="Only this type.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List received messages, newest first."""
    from node.store.database import Database
    from node.store.record import Records

    settings = settings_of(config)
    database = Database.open(settings.data / "node.db")
    letters = Records(database).inbox(limit=limit, originator=originator, type_=type_)
    for letter in letters:
        if as_json:
            members = (
                "id",
                "originator",
                "type",
                "reference",
                "version",
                "priority",
                "state",
                "code",
            )
            row = {name: getattr(letter, name) for name in members}
            print_json({**row, "received_at": _iso(letter.received_at)})
        else:
            note = f"  {letter.code}" if letter.code else ""
            print(
                f"{_iso(letter.received_at)}  {letter.originator:<8} {letter.priority:<8} "
                f"{letter.type:<22} {letter.reference or letter.id}  {letter.state}{note}"
            )
    if not letters and not as_json:
        print("nothing has arrived")


@app.command()
def show(
    wanted: Annotated[
        str, typer.Argument(metavar="ID", help="Message id, or the document's reference.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
    from_: FromOption = None,
    persons: Annotated[
        bool, typer.Option("--persons", help="Show natural persons and telephone numbers too.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show a message: the document, its journey, and where it is proved.

    Natural persons and ways to reach somebody are masked unless you ask for them.
    """
    from node.store.database import Database
    from node.store.record import Records

    settings = settings_of(config)
    records = Records(Database.open(settings.data / "node.db"))
    found = records.find(wanted, whose(settings, from_))
    if found is None:
        raise CallerError(
            "message.unknown", f"there is no message {wanted}", hint="'sarbon inbox' lists them"
        )
    direction, originator, message_id = found
    if direction == "sent":
        value = _sent_view(records.sent(message_id))
    else:
        value = _received_view(records.received(originator, message_id))
    written = value["document"]
    raw = orjson.dumps(written) if written else None
    value["doubts"] = doubts_about(raw, lists_of(settings))
    value["completeness"] = completeness_of(raw)
    if raw is not None and not persons:
        value["document"] = masked(written, read_document(raw).document)
    if as_json:
        print_json(value)
        return
    print(f"{value['type']}  {value['id']}  {direction}")
    for step in value["journey"]:
        place = f"{step['log']} entry {step['index']}"
        print(f"  {step['at']}  {step['event']:<20} {step['by']:<8} {place}{step['note']}")
    for doubt in value["doubts"]:
        print(f"  {doubt['code']} at {doubt['pointer']}: {doubt['text']}")
    if value["completeness"]:
        print(f"  {completeness_line(value['completeness'])}")
    print(json.dumps(value["document"], indent=2, ensure_ascii=False))


def _sent_view(row: dict[str, Any]) -> dict[str, Any]:
    entry = read_entry(row["raw"])
    journey = [_step(row["raw"], row["idx"], entry.members["from"])]
    journey += [_step(one["entry"], one["idx"], one["peer"]) for one in row["receipts"]]
    lanes = {lane["peer"]: lane["state"] for lane in row["lanes"]}
    return {
        "id": row["id"],
        "type": row["type"],
        "direction": "sent",
        "recipients": lanes,
        "journey": journey,
        "document": _document(row["document"]),
    }


def _received_view(row: dict[str, Any]) -> dict[str, Any]:
    journey = [
        _step(row["manifest"], row["source_idx"], row["originator"]),
        _step(row["raw"], row["idx"], "us"),
    ]
    return {
        "id": row["id"],
        "type": row["type"],
        "direction": "received",
        "state": row["state"],
        "code": row["code"],
        "journey": journey,
        "document": _document(row["document"]),
    }


def _step(raw: bytes, index: int, by: str) -> dict[str, Any]:
    entry = read_entry(raw)
    code = entry.members.get("code")
    return {
        "at": _iso(entry.at),
        "event": entry.kind.value,
        "by": by,
        "log": entry.log,
        "index": index,
        "note": f"  {entry.members['status']}{f' {code}' if code else ''}"
        if "status" in entry.members
        else "",
    }


def _document(raw: bytes | None) -> Any:
    return orjson.loads(raw) if raw else None


def _iso(ms: int) -> str:
    return moment(ms).isoformat(timespec="milliseconds").replace("+00:00", "Z")
