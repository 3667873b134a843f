"""Commands for the network: found, add, sign, join, show."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    app,
    passphrase_of,
    print_json,
    read_file,
    settings_of,
)
from node.errors import PeerError, Refusal
from node.trust.agreement import Agreement
from node.trust.directory import Directory, draft_directory, read_directory

network_app = typer.Typer(
    no_args_is_help=True,
    help="Make or join a network: its directory says who is who, and counts only when enough "
    "holders have cosigned it.",
)
app.add_typer(network_app, name="network")

DirectoryArgument = Annotated[Path, typer.Argument(help="The directory file.")]
KeyOption = Annotated[Path, typer.Option("--key", help="Key of the directory's log.")]
_KEY = Path("directory.key")


@network_app.command()
def found(
    directory: DirectoryArgument,
    cards: Annotated[list[Path], typer.Argument(help="Card files of the first members.")],
    name: Annotated[str, typer.Option(help="The network's name, e.g. iren.example.")],
    holders: Annotated[str, typer.Option(help="Ids of the holders, separated by commas.")],
    threshold: Annotated[int, typer.Option(help="How many holders must cosign.")],
    key: KeyOption = _KEY,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Found a network: write its first directory, to be cosigned by the holders."""
    from node.daemon.founding import Foundation, found_network
    from node.daemon.node import wall_clock

    settings = settings_of(config)
    raw = found_network(
        Foundation(name, threshold),
        [read_file(path) for path in cards],
        holders.split(","),
        key_file=key,
        passphrase=passphrase_of(settings),
        now=wall_clock(),
    )
    directory.write_bytes(raw)
    founded, _ = draft_directory(raw)
    print(f"{name} is founded with {len(founded.authorities)} members in {directory}")
    print(f"  fingerprint  {founded.fingerprint}   compare it in person")
    print(f"  next         {threshold} holders run: sarbon network sign {directory}")


@network_app.command()
def add(
    directory: DirectoryArgument,
    card: Annotated[list[Path] | None, typer.Option(help="Card file of a new member.")] = None,
    agreement: Annotated[list[Path] | None, typer.Option(help="Agreement, TOML.")] = None,
    suspend: Annotated[list[str] | None, typer.Option(help="Authority to suspend.")] = None,
    reason: Annotated[str, typer.Option(help="Why it is suspended.")] = "not stated",
    key: KeyOption = _KEY,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Add members, agreements or suspensions; the holders must cosign again."""
    from node.daemon.founding import extend_directory
    from node.daemon.node import wall_clock

    settings = settings_of(config)
    raw = extend_directory(
        read_file(directory),
        cards=[read_file(path) for path in card or ()],
        agreements=[(path.name, read_file(path)) for path in agreement or ()],
        suspend=[(authority, reason) for authority in suspend or ()],
        key_file=key,
        passphrase=passphrase_of(settings),
        now=wall_clock(),
    )
    directory.write_bytes(raw)
    extended, _ = draft_directory(raw)
    print(
        f"{directory} now has {len(extended.entries)} entries; {extended.threshold} holders must sign it"
    )


@network_app.command()
def sign(directory: DirectoryArgument, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Cosign a directory as one of its holders, after you have looked at it."""
    from node.daemon.founding import cosign_directory
    from node.daemon.node import wall_clock
    from node.store.keyring import load_keys

    settings = settings_of(config)
    keyring = load_keys(settings.keys.folder, passphrase=passphrase_of(settings))
    signed = cosign_directory(read_file(directory), keyring.holder, now=wall_clock())
    directory.write_bytes(signed)
    count = sum(
        1
        for key in draft_directory(signed)[0].holders.values()
        if key.signed(draft_directory(signed)[0].note)
    )
    print(f"{settings.authority} has cosigned {directory}; {count} holders have")


@network_app.command()
def join(
    directory: DirectoryArgument,
    fingerprint: Annotated[str, typer.Option(help="Of the first entry, as compared in person.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Adopt a network's directory, or a newer one of the same network."""
    from node.daemon.founding import join_network

    settings = settings_of(config)
    joined = join_network(settings, read_file(directory), fingerprint=fingerprint)
    _pin(config, fingerprint)
    print(f"{settings.authority} has joined {joined.network}: {len(joined.authorities)} members")


@network_app.command()
def show(
    directory: Annotated[Path | None, typer.Argument(help="A directory file; ours if none.")] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show who is in the network, and which agreements let whom send what."""
    from node.daemon.node import load_agreements, load_directory

    agreements: tuple[Agreement, ...] = ()
    if directory is not None:
        shown = _read_or_draft(read_file(directory))
    else:
        settings = settings_of(config)
        shown = load_directory(settings)
        agreements = tuple(load_agreements(settings).values())
    value = {
        **_summary(shown),
        "agreements": [
            {
                "name": one.name,
                "in_directory": one.digest in shown.agreements,
                "rules": [f"{r.sender} -> {r.recipient}: {', '.join(r.types)}" for r in one.rules],
            }
            for one in agreements
        ],
    }
    if as_json:
        print_json(value)
        return
    print(
        f"{shown.network}   {len(shown.entries)} entries, "
        f"{shown.threshold} of {len(shown.holders)} holders"
    )
    print(f"  fingerprint {shown.fingerprint}")
    for row in value["members"]:
        print(f"  {row['id']:<8} {row['state']:<10} {row['name']}")
    for one in value["agreements"]:
        effect = "" if one["in_directory"] else "   not in the directory: of no effect"
        print(f"  agreement {one['name']}{effect}")
        for rule in one["rules"]:
            print(f"    {rule}")


def _read_or_draft(raw: bytes) -> Directory:
    """Read a directory file for a person to look at, also before enough holders have cosigned it."""
    try:
        return read_directory(raw)
    except PeerError as error:
        if error.refusal is not Refusal.DIRECTORY_UNPROVEN:
            raise
        draft, log = draft_directory(raw)
        log.verify(draft.note)
        print(f"NOT VALID YET: {error.message}", file=sys.stderr)
        return draft


def _summary(shown: Directory) -> dict[str, Any]:
    return {
        "network": shown.network,
        "fingerprint": shown.fingerprint,
        "holders": sorted(shown.holders),
        "threshold": shown.threshold,
        "cosigned_at": shown.cosigned_at,
        "members": [
            {
                "id": id_,
                "name": one.card.name,
                "state": "suspended" if one.is_suspended else "active",
                "log": one.card.log.origin,
            }
            for id_, one in shown.authorities.items()
        ],
    }


def _pin(config: Path, fingerprint: str) -> None:
    """Write the fingerprint into the settings, where the commented line stands or at the top."""
    lines = config.read_text().splitlines()
    place = next((i for i, line in enumerate(lines) if line.lstrip("# ").startswith("fingerprint")), 0)
    if lines and lines[place].lstrip("# ").startswith("fingerprint"):
        lines.pop(place)
    lines.insert(place, f'fingerprint = "{fingerprint}"')
    config.write_text("\n".join(lines) + "\n")
