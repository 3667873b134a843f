"""Commands for the node itself: init, run, demo, schemas, broker."""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    app,
    passphrase_of,
    print_json,
    settings_of,
)
from node.errors import OperatorError
from node.settings import Settings, load_settings
from node.store.keyring import read_private

if TYPE_CHECKING:
    from node.daemon.node import Node

broker_app = typer.Typer(no_args_is_help=True, help="Prepare the broker that peers write to.")
app.add_typer(broker_app, name="broker")

_SETTINGS = """\
# Settings of this node; docs/operators.md explains every one.
authority = "{authority}"
network = "{network}"
epoch = "{epoch}"            # of our log; a new one only where the old log cannot go on
# fingerprint = "..."        # 'sarbon network join' writes it here

[keys]
folder = "keys"
{passphrase}

# [broker]                   # our own RabbitMQ, where peers leave their bundles for us
# url = "amqps://node.az-scc@broker.example:5671/az-scc"
# password_file = "keys/broker.password"

# [peers.UZ-CC]              # our account at a peer's RabbitMQ
# url = "amqps://az-scc.uz-cc@broker.peer.example:5671/uz-cc"
# password_file = "keys/UZ-CC.password"
"""


@app.command()
def init(
    authority: Annotated[str, typer.Argument(help="Your id in the network, e.g. AZ-SCC.")],
    network: Annotated[str, typer.Option(help="The network's name, e.g. iren.example.")],
    name: Annotated[str, typer.Option(help="Full name of the authority, in English.")],
    folder: Annotated[Path, typer.Option(help="Where to put settings, keys and data.")] = Path(),
    units: Annotated[str, typer.Option(help="Ids of posts and PCUs, separated by commas.")] = "",
    contact: Annotated[str, typer.Option(help="Duty desk, for people at other authorities.")] = "",
    epoch: Annotated[str, typer.Option(help="Of the log; a new word for a new log.")] = "1",
    previous: Annotated[
        Path | None, typer.Option(help="The old log's head file (data/head), for a new epoch.")
    ] = None,
    passphrase_file: Annotated[
        Path | None, typer.Option(help="File with the passphrase for the keys; else you are asked.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a new authority: settings, keys, its log with the first entries, and its card.

    Hand the card (card.json) to the holders of the network's directory.
    """
    from node.daemon.founding import Names, create_authority
    from node.daemon.node import wall_clock
    from node.daemon.supervisor import writing

    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "node.toml"
    if not config.exists():
        line = f'passphrase_file = "{passphrase_file.resolve()}"' if passphrase_file else ""
        config.write_text(
            _SETTINGS.format(authority=authority, network=network, epoch=epoch, passphrase=line)
        )
    settings = load_settings(config)
    if (settings.authority, settings.network) != (authority, network):
        raise OperatorError(
            "settings.differ",
            f"{config} is of {settings.authority} in {settings.network}",
            hint="choose another --folder",
        )
    names = Names(
        name,
        authority[:2],
        tuple(filter(None, units.split(","))),
        contact,
        previous.read_text() if previous else None,
    )
    with writing(settings):
        passphrase = passphrase_of(settings, confirm=True)
        card = create_authority(settings, names, passphrase=passphrase, now=wall_clock())
    if as_json:
        print_json({"authority": card.id, "card": str(folder / "card.json"), "digest": card.digest})
        return
    print(f"{card.id} is made in {folder.resolve()}")
    print(f"  log     {card.log.origin}")
    print(f"  card    {folder / 'card.json'}   give it to the holders of {network}")
    print(f"  digest  {card.digest}   read it to them over the telephone")


@app.command()
def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Run the node until it is told to stop (SIGTERM or Ctrl-C)."""
    from node import telemetry
    from node.cli.doors import doors_of
    from node.daemon.supervisor import run_node, writing

    settings = settings_of(config)
    telemetry.configure(level=settings.log.level, form=settings.log.form, authority=settings.authority)
    with writing(settings):
        node = open_node(settings)
        try:
            asyncio.run(run_node(node, list(doors_of(settings))))
        finally:
            node.close()


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the three nodes live.")] = Path("var/demo"),
    keep: Annotated[bool, typer.Option("--keep", help="Leave nodes and broker running.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run three authorities and a day on the corridor: a case, attacks, a broker kill, the proofs."""
    from node.demo.story import run_demo

    if folder.exists():
        shutil.rmtree(folder)
    raise typer.Exit(run_demo(folder, keep=keep, as_json=as_json))


@app.command()
def schemas(
    folder: Annotated[Path, typer.Option(help="Where the schemas are published.")] = Path("schemas"),
    docs: Annotated[Path, typer.Option(help="Where the handbook is.")] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="Only compare; write nothing.")] = False,
) -> None:
    """Write the JSON Schemas and the table templates of all documents, or compare them.

    The tables and diagrams of the handbook that come from the program are brought up to date too.
    """
    stale = []
    for path, content in _published(folder, docs):
        if path.is_file() and path.read_bytes() == content:
            continue
        stale.append(path.name)
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    if stale and check:
        raise OperatorError(
            "schemas.stale",
            f"not as the models say: {', '.join(stale)}",
            hint="run 'make schemas' and commit the result",
        )
    print(f"schemas: {'written ' + ', '.join(stale) if stale else 'up to date'}")


def _published(folder: Path, docs: Path) -> Iterator[tuple[Path, bytes]]:
    """Give each file that is made from the models, and what it must hold."""
    from node.broker.asyncapi import asyncapi_document
    from node.conversation.diagram import redrawn
    from node.convert.template import published_templates
    from node.message.schema import published_schemas
    from node.message.tables import rewritten
    from node.web.app import bare_app, openapi_document
    from node.web.problem_texts import rewritten as with_problems
    from node.web.routes import rewritten as with_routes

    yield folder / "openapi.json", openapi_document()
    yield folder / "asyncapi.json", asyncapi_document()
    yield from ((folder / name, raw) for name, raw in published_schemas().items())
    examples = {path.name: path.read_bytes() for path in (folder / "examples").glob("*.json")}
    for name, raw in published_templates(examples).items():
        yield folder / "templates" / name, raw
    pages = {
        "documents.md": rewritten,
        "conversations.md": redrawn,
        "access.md": lambda page: with_routes(page, bare_app()),
        "rest.md": with_problems,
    }
    for name, renew in pages.items():
        page = docs / name
        if page.is_file():
            yield page, renew(page.read_text(encoding="utf-8")).encode()


@broker_app.command("definitions")
def broker_definitions(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print RabbitMQ definitions for our broker: a user for us and one for each peer.

    Passwords are read from the folder `broker-passwords` beside the settings: one file a user,
    named `node` or as the peer's id; a user without a file must bring a client certificate.
    """
    from node.broker.topology import definitions

    settings = settings_of(config)
    if settings.broker is None:
        raise OperatorError("settings.invalid", "there is no [broker] in the settings", hint="add it")
    folder = config.resolve().parent / "broker-passwords"
    files = {"node": folder / "node", **{peer.lower(): folder / peer for peer in settings.peers}}
    passwords = {
        user: read_private(path).decode().strip() if path.is_file() else None
        for user, path in files.items()
    }
    vhost = settings.broker.url.rpartition("/")[2]
    value = definitions(vhost=vhost, peers=list(settings.peers), passwords=passwords)
    print(json.dumps(value, indent=2))


def open_node(settings: Settings) -> "Node":
    """Open a node for writing: its database must be there before we ask for a passphrase."""
    from node.daemon.node import Node
    from node.store.database import Database
    from node.store.keyring import load_keys

    Database.open_current(settings.data / "node.db").close()
    keyring = load_keys(settings.keys.folder, passphrase=passphrase_of(settings))
    return Node(settings, keyring)
