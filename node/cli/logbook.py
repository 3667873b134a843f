"""Commands for auditors: log verify, log show, proof, verify."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import orjson
import typer

from node.cli.app import (
    DEFAULT_CONFIG,
    ConfigOption,
    FromOption,
    JsonOption,
    app,
    print_json,
    read_file,
    settings_of,
    whose,
)

log_app = typer.Typer(no_args_is_help=True, help="Read and verify this node's own log.")
app.add_typer(log_app, name="log")


@log_app.command("verify")
def log_verify(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Verify the whole log: every entry, signed head, cosignature, document and peer's proof."""
    from node.daemon.checkup import check_node
    from node.daemon.node import load_directory
    from node.store.database import Database

    settings = settings_of(config)
    directory = load_directory(settings)
    database = Database.open(settings.data / "node.db")
    found = check_node(database, directory, settings.authority)
    log = found.log
    if as_json:
        print_json(
            {
                "log": settings.origin,
                "size": log.size,
                "root": log.root.hex(),
                "checkpoints": log.checkpoints,
                "cosignatures": log.cosignatures,
                "sent": found.sent,
                "received": found.received,
                "receipts": found.receipts,
                "kinds": {kind.value: count for kind, count in log.kinds.items()},
            }
        )
        return
    print(f"{settings.origin}: {log.size} entries hold, root {log.root.hex()}")
    print(f"  {log.checkpoints} signed heads, {log.cosignatures} cosignatures of witnesses")
    print(f"  {found.sent} sent, {found.received} received, {found.receipts} receipts of peers")


@log_app.command("show")
def log_show(
    config: ConfigOption = DEFAULT_CONFIG,
    first: Annotated[int, typer.Option(min=0, help="Index of the first entry.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="How many at most.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List entries of the log in order."""
    from node.audit.event import read_entry
    from node.store.database import Database
    from node.store.record import Records

    settings = settings_of(config)
    records = Records(Database.open(settings.data / "node.db"))
    for index, raw in records.entries(first=first, limit=limit):
        if as_json:
            print_json({"index": index, "entry": orjson.loads(raw)})
            continue
        entry = read_entry(raw)
        at = datetime.fromtimestamp(entry.at / 1000, UTC).isoformat(timespec="milliseconds")
        members = entry.members
        about = members.get("re") or members.get("id") or members.get("digest") or ""
        facts = [
            str(members[name]) for name in ("type", "from", "by", "status", "code") if name in members
        ]
        print(f"{index:>8}  {at.replace('+00:00', 'Z')}  {entry.kind:<20} {about}  {' '.join(facts)}")


@app.command()
def proof(
    wanted: Annotated[
        str, typer.Argument(metavar="ID", help="Message id, or the document's reference.")
    ],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="File; else printed.")] = None,
    disclose: Annotated[bool, typer.Option("--disclose", help="Include the document itself.")] = False,
    tlog: Annotated[
        bool, typer.Option("--tlog-proof", help="Only the manifest's C2SP tlog-proof@v1.")
    ] = False,
    from_: FromOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Export the evidence of a message: who said what to whom, when, and who received it.

    Anyone can check the file with `sarbon verify`, offline, without a key.
    """
    from node.audit.evidence import write_evidence
    from node.daemon.checkup import export_evidence
    from node.daemon.node import load_directory
    from node.store.database import Database

    settings = settings_of(config)
    directory = load_directory(settings)
    evidence = export_evidence(
        Database.open(settings.data / "node.db"),
        directory,
        settings.directory.read_bytes(),
        wanted=wanted,
        disclose=disclose,
        originator=whose(settings, from_),
    )
    raw = evidence.message.encode().encode() if tlog else write_evidence(evidence)
    if output is None:
        sys.stdout.buffer.write(raw)
        return
    output.write_bytes(raw)
    print(f"{output}: {len(raw)} bytes, {len(evidence.receipts)} receipts")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="An evidence file.")],
    fingerprint: Annotated[
        str | None,
        typer.Option(envvar="SARBON_FINGERPRINT", help="Of the network, as compared in person."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Verify an evidence file, offline: no network, no database, no key."""
    from node.trust.judgement import judge_evidence

    verdict = judge_evidence(read_file(file), fingerprint=fingerprint)
    manifest, directory = verdict.finding.manifest, verdict.directory
    members = manifest.members
    receipts = [
        {"log": entry.log, "at": entry.at, "status": entry.members["status"]}
        for entry in verdict.finding.receipts
    ]
    value = {
        "verified": True,
        "network": directory.network,
        "fingerprint": directory.fingerprint,
        "fingerprint_pinned": fingerprint is not None,
        "id": members["id"],
        "type": members["type"],
        "from": members["from"],
        "to": [row["id"] for row in members["to"]],
        "sealed_at": manifest.at,
        "receipts": receipts,
        "witnesses": list(verdict.finding.witnesses),
        "disclosed": verdict.finding.document is not None,
    }
    if as_json:
        print_json(value)
        return
    print(f"Verified: {members['type']} {members['id']}")
    print(f"  from       {members['from']} to {', '.join(value['to'])}, sealed {_iso(manifest.at)}")
    for row in receipts:
        print(f"  receipt    {row['log']}: {row['status']} {_iso(row['at'])}")
    print(f"  witnesses  {', '.join(value['witnesses']) or 'none'}")
    pinned = "as you pinned it" if fingerprint else "COMPARE IT with the one you were given in person"
    print(f"  network    {directory.network}, fingerprint {directory.fingerprint} ({pinned})")
    if verdict.finding.document is not None:
        print("  document   disclosed, and it is the one that was committed to")


def _iso(ms: int) -> str:
    moment = datetime.fromtimestamp(ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
