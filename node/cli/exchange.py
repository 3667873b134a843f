"""The command that sends documents."""

import asyncio
import json
import socket
import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from node.cli import foreign
from node.cli.app import (
    DEFAULT_CONFIG,
    EXIT_REFUSED,
    ConfigOption,
    JsonOption,
    app,
    print_json,
    settings_of,
)
from node.cli.codes import lists_of
from node.cli.descriptors import attach_to_only
from node.cli.documents import read_documents
from node.cli.doubts import doubts_about, print_doubts
from node.errors import NodeError, OperatorError
from node.settings import SOCKET_NAME, Settings

AttachOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE[=KIND[:DESCRIPTION]]",
        help="A file that follows the one document, at most 20 MiB; may be given again.",
    ),
]
FilesArgument = Annotated[
    list[str],
    typer.Argument(help="JSON files: one document, an array, or one a line; - for standard input."),
]
_WINDOW = 128  # requests under way at the running node


@app.command()
def send(
    files: FilesArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    attach: AttachOption = None,
    to: foreign.ToOption = None,
    unit: foreign.UnitOption = "",
    purpose: foreign.PurposeOption = foreign.PURPOSE,
    legal_basis: foreign.BasisOption = foreign.LEGAL_BASIS,
    prefix: foreign.PrefixOption = foreign.PREFIX,
    valid_days: foreign.DaysOption = foreign.VALID_DAYS,
    test: foreign.TestOption = False,
    zone: foreign.ZoneOption = foreign.ZONE,
    type_: foreign.TypeOption = "",
    office: foreign.OfficeOption = "",
    arrival: foreign.ArrivalOption = "",
    as_json: JsonOption = False,
) -> None:
    """Send documents. Each is sealed, recorded, and on its way when this returns.

    With a running node this asks the node; without one it records the documents itself and they
    leave when the node starts. Sending the same document again does nothing and gives the same id.
    What is doubtful about a document is said, and does not stop it. CSV, Excel, EDIFACT and XML are
    converted first, as 'sarbon convert' would; the options beside --attach are for these alone.
    """
    from node.gateway.local import describe

    settings = settings_of(config)
    lists, failed = lists_of(settings), 0
    options = foreign.Options(
        to, unit, purpose, legal_basis, prefix, valid_days, test, zone, type_, office, arrival
    )
    converted = foreign.Foreign(settings, options)
    documents = [one for name in files for one in read_documents(name, converted)]
    if attach:
        documents = attach_to_only(documents, attach, settings)
    answers = iter(_submit(settings, [raw for _, raw in documents if isinstance(raw, bytes)]))
    for place, raw in documents:
        answer: dict[str, Any] = next(answers) if isinstance(raw, bytes) else {"error": describe(raw)}
        failed += "error" in answer
        if isinstance(raw, bytes) and "error" not in answer:
            answer["doubts"] = doubts_about(raw, lists)
        if as_json:
            print_json({"document": place, **answer, **converted.values(place)})
        elif "error" in answer:
            error = answer["error"]
            where = f" at {error['pointer']}" if error["pointer"] else ""
            print(f"{place}: {error['code']}{where}: {error['message']}", file=sys.stderr)
            if error["hint"]:
                print(f"  hint: {error['hint']}", file=sys.stderr)
        else:
            print(f"{answer['id']}  {place}{'' if answer['new'] else '  (sent before)'}")
            print_doubts(place, answer["doubts"])
            converted.report(place, answer["doubts"])
    if failed:
        raise typer.Exit(EXIT_REFUSED)


def _submit(settings: Settings, documents: list[bytes]) -> list[dict[str, Any]]:
    if not documents:
        return []
    path = settings.data / SOCKET_NAME
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(path))
            return list(_ask(connection, documents))
    except (FileNotFoundError, ConnectionRefusedError):
        pass  # no node runs: record the documents ourselves
    except OSError as error:
        raise OperatorError(
            "socket.lost",
            f"the running node did not answer: {error.strerror or error}",
            hint="look at its log, then send again: what was recorded is recognised",
        ) from error
    return _submit_alone(settings, documents)


def _submit_alone(settings: Settings, documents: list[bytes]) -> list[dict[str, Any]]:
    from node import telemetry
    from node.cli.commands import open_node
    from node.daemon.supervisor import submit_alone, writing
    from node.gateway.local import describe

    # What became of each document is printed; the node's own lines must not get among the answers.
    telemetry.configure(level="warning", form=settings.log.form, authority=settings.authority)
    with writing(settings):
        node = open_node(settings)
        try:
            answers = asyncio.run(submit_alone(node, documents))
        finally:
            node.close()
    return [{"error": describe(a)} if isinstance(a, NodeError) else a for a in answers]


def _ask(connection: socket.socket, documents: list[bytes]) -> Iterator[dict[str, Any]]:
    """Send requests to the running node, a window of them ahead of the answers."""
    stream = connection.makefile("rwb")
    sent = 0
    for answered in range(len(documents)):
        while sent < len(documents) and sent - answered < _WINDOW:
            document = documents[sent].decode("utf-8", "surrogateescape")
            stream.write(json.dumps({"do": "send", "document": document}).encode() + b"\n")
            sent += 1
        stream.flush()
        line = stream.readline()
        if not line:
            raise ConnectionAbortedError(None, "it closed the connection")
        yield json.loads(line)
