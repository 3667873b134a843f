"""Commands of an officer: read a message, give it to a unit."""

import re
from typing import TYPE_CHECKING, Annotated, Any

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
from node.cli.asking import ask_node
from node.errors import CallerError

if TYPE_CHECKING:
    from node.daemon.node import Node

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
    answer = ask_node(settings_of(config), request, _alone)
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
    answer = ask_node(settings_of(config), request, _alone)
    if as_json:
        print_json(answer)
    else:
        print(f"{wanted}: given to {unit}")


async def _alone(node: "Node", request: dict[str, Any]) -> dict[str, Any]:
    from node.daemon.supervisor import act_alone

    return await act_alone(node, request)


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
