"""Commands of an officer: read a message, give it to a unit."""

import asyncio
import json
import re
import socket
from typing import Annotated, Any

import typer

from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    FromOption,
    JsonOption,
    app,
    print_json,
    settings_of,
)
from node.errors import CallerError, OperatorError
from node.settings import SOCKET_NAME, Settings

MessageArgument = Annotated[
    str, typer.Argument(metavar="ID", help="Message id, or the document's reference.")
]
_UNIT = re.compile("[A-Z0-9][A-Z0-9-]{0,34}")


@app.command()
def read(
    wanted: MessageArgument,
    config: ConfigOption = DEFAULT_CONFIG,
    unit: Annotated[
        str | None, typer.Option(metavar="UNIT", help="Tell the originator whose officer it was.")
    ] = None,
    from_: FromOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that an officer has opened a message; its originator is told, with a proof."""
    request = {"do": "read", "id": wanted, **_from(from_)}
    if unit:
        request["unit"] = _checked(unit)
    answer = _ask(settings_of(config), request)
    if as_json:
        print_json(answer)
    else:
        print(f"{wanted}: {'read' if answer['new'] else 'had been read before'}")


@app.command()
def assign(
    wanted: MessageArgument,
    unit: Annotated[str, typer.Argument(metavar="UNIT", help="The post or control unit.")],
    config: ConfigOption = DEFAULT_CONFIG,
    from_: FromOption = None,
    as_json: JsonOption = False,
) -> None:
    """Record that a unit of ours was given a message; nobody outside is told."""
    request = {"do": "assign", "id": wanted, "unit": _checked(unit), **_from(from_)}
    answer = _ask(settings_of(config), request)
    if as_json:
        print_json(answer)
    else:
        print(f"{wanted}: given to {unit}")


def _from(originator: str | None) -> dict[str, str]:
    return {"from": originator} if originator else {}


def _checked(unit: str) -> str:
    """Refuse what is no unit before anything is recorded under its name.

    Raises:
        CallerError: `unit.malformed`.
    """
    if _UNIT.fullmatch(unit) is None:
        raise CallerError(
            "unit.malformed",
            "a unit has up to 35 capitals, digits and hyphens",
            hint="write it as documents do: PCU-ALYAT",
        )
    return unit


def _ask(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    """Ask the running node; without one, do it here."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(settings.data / SOCKET_NAME))
            stream = connection.makefile("rwb")
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            line = stream.readline()
    except (FileNotFoundError, ConnectionRefusedError):
        return _do_alone(settings, request)
    except OSError as error:
        raise _lost(error.strerror or str(error)) from error
    if not line:
        raise _lost("it closed the connection")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise CallerError(**answer["error"])  # code, message, hint, pointer: as the node told them
    return answer


def _lost(fact: str) -> OperatorError:
    return OperatorError(
        "socket.lost",
        f"the running node did not answer: {fact}",
        hint="look at its log, then do it again: what was recorded is recognised",
    )


def _do_alone(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    from node.cli.commands import open_node
    from node.daemon.supervisor import act_alone, writing

    with writing(settings):
        node = open_node(settings)
        try:
            return asyncio.run(act_alone(node, request))
        finally:
            node.close()
