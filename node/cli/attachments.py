"""Commands for files that belong to messages: attach, attachments, save."""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

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
from node.errors import CallerError, OperatorError
from node.limits import CHUNK_BYTES
from node.message.file_kind import safe_name
from node.settings import Settings

if TYPE_CHECKING:
    from node.message.attachment import Attachment

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Message id, or the document's reference.")
]


class _Message(NamedTuple):
    """A message whose files are asked for; `originator` is empty for one of ours."""

    originator: str
    id: str
    attachments: "tuple[Attachment, ...]"


@app.command()
def attach(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A file, or FILE=KIND, or FILE=KIND:DESCRIPTION.")
    ],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Take a file in and print its description, for the member `attachments` of a document.

    The file follows every message that names it so. 'sarbon send --attach' does both at once.
    """
    from node.cli.descriptors import describe, read_wish
    from node.store.attachments import Attachments

    print_json(describe(read_wish(file), Attachments(settings_of(config).data)))


@app.command()
def attachments(
    wanted: IdArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    from_: FromOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the files of a message, and how far each has come."""
    settings = settings_of(config)
    message = _find(settings, wanted, from_)
    states = _states(settings, message)
    for number, one in enumerate(message.attachments, start=1):
        state = states.get(number, {}) if one.uri is None else {"elsewhere": one.uri}
        if as_json:
            print_json({"number": number, **one.model_dump(exclude_none=True), "state": state})
            continue
        told = ", ".join(f"{who} {how}" for who, how in state.items())
        print(
            f"{number}  {one.kind:<8} {one.media_type:<16} {one.size_bytes:>9}  {one.file_name}  {told}"
        )
    if not message.attachments and not as_json:
        print("no attachments")


@app.command()
def save(
    wanted: IdArgument,
    number: Annotated[int, typer.Argument(min=1, help="Which file, as 'attachments' counts them.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to put it; never over another file.")
    ] = None,
    from_: FromOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Write out a file of a message, its hash checked."""
    from node.store.attachments import Attachments

    settings = settings_of(config)
    message = _find(settings, wanted, from_)
    if number > len(message.attachments):
        raise CallerError(
            "attachment.unknown",
            f"the message has {len(message.attachments)} attachments",
            hint="'sarbon attachments ID' lists them",
        )
    one, store = message.attachments[number - 1], Attachments(settings.data)
    if message.originator:
        source = store.path_of_received((message.originator, message.id, number))
    else:
        source = store.path_of_sent(one.sha256)
    target = output or Path(safe_name(one.file_name, number))
    _write_out(source, target, one.sha256)
    print(f"{target}  {one.media_type}  {one.size_bytes} bytes")


def _find(settings: Settings, wanted: str, from_: str | None) -> _Message:
    from node.message.attachment import descriptions
    from node.message.document import read_document
    from node.store.database import Database
    from node.store.record import Records

    records = Records(Database.open(settings.data / "node.db"))
    found = records.find(wanted, whose(settings, from_))
    if found is None:
        raise CallerError(
            "message.unknown", f"there is no message {wanted}", hint="'sarbon inbox' lists them"
        )
    direction, originator, message_id = found
    is_ours = direction == "sent"
    row = records.sent(message_id) if is_ours else records.received(originator, message_id)
    raw = row["document"]
    described = descriptions(read_document(raw).document) if raw else ()
    return _Message(originator, message_id, described)


def _states(settings: Settings, message: _Message) -> dict[int, dict[str, str]]:
    """Say of each file how far it has come: at each recipient, or here."""
    from node.store.attachments import Attachments
    from node.store.database import Database
    from node.store.transfers import Transfers

    transfers = Transfers(Database.open(settings.data / "node.db"))
    states: dict[int, dict[str, str]] = {}
    if not message.originator:
        for row in transfers.of_sent(message.id):
            total = -(-row["size_bytes"] // CHUNK_BYTES)
            states.setdefault(row["number"], {})[row["peer"]] = _told(row, row["next_chunk"], total)
        return states
    ended, store = transfers.of_received(message.originator, message.id), Attachments(settings.data)
    for number, one in enumerate(message.attachments, start=1):
        held = store.received_bytes((message.originator, message.id, number))
        row = ended.get(number, {"state": "awaited", "code": None})
        states[number] = {"here": _told(row, held // 1024, -(-one.size_bytes // 1024))}
    return states


def _told(row: dict[str, Any], done: int, total: int) -> str:
    if row["state"] in {"waiting", "awaited"}:
        return f"{row['state']} {100 * done // total}%"
    return f"{row['state']} {row['code']}" if row["code"] else str(row["state"])


def _write_out(source: Path, target: Path, sha256: str) -> None:
    """Copy a file to where nothing is yet, and check what was copied.

    Raises:
        CallerError: `attachment.awaited` or `file.exists`.
        OperatorError: `attachment.damaged`.
    """
    try:
        file = source.open("rb")
    except FileNotFoundError as error:
        raise CallerError(
            "attachment.awaited",
            "the file is not here",
            hint="'sarbon attachments ID' says how far it has come",
        ) from error
    with file:
        try:  # not `exists` first: between the question and the writing anything could be put there
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise CallerError(
                "file.exists", f"{target} is already there", hint="name another with -o"
            ) from error
        digest = hashlib.sha256()
        with os.fdopen(descriptor, "wb") as copy:
            while piece := file.read(CHUNK_BYTES):
                digest.update(piece)
                copy.write(piece)
    if digest.hexdigest() != sha256:
        target.unlink()
        raise OperatorError(
            "attachment.damaged",
            f"{source} is not the file that the document describes",
            hint="restore it from a backup, or ask for it again",
        )
