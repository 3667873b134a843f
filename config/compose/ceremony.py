"""Found the network of docker-compose.yml: keys, cards, directory, broker accounts, one folder each.

One process plays everybody's part, for trial. In earnest each authority runs 'sarbon init' on its
own machine and the holders sign one after the other (docs/operators.md).

    OUT/<authority>/node/     settings, passphrase, keys, database, passwords; mode 600, its own alone
    OUT/<authority>/broker/   definitions of its RabbitMQ: hashed passwords only
    OUT/founder/              the directory and the key of its log

Running it again on a finished OUT changes nothing. If it was stopped half way, remove the volumes.
"""

import argparse
import json
import os
import secrets
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from node.broker import national_topology
from node.broker.topology import definitions, merge
from node.daemon.founding import (
    Foundation,
    Names,
    cosign_directory,
    create_authority,
    extend_directory,
    found_network,
    join_network,
)
from node.envelope.keyfile import Cost
from node.settings import load_settings
from node.store.keyring import load_keys, write_private
from node.trust.directory import draft_directory

CHEAP = Cost(memory_kib=8, passes=1, lanes=1)  # for tests: a real key file needs the default


def main(arguments: Sequence[str] | None = None) -> int:
    """Found the network unless it is founded already."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="where the folders are made")
    parser.add_argument("--config", type=Path, default=Path("config"), help="the folder config/")
    parser.add_argument("--cheap", action="store_true", help="weak key files, for tests only")
    options = parser.parse_args(arguments)
    done = options.out / "founder" / "directory.json"
    if done.exists():
        print(f"founded already: {done}")
        return 0
    os.umask(0o077)
    fingerprint = found(options.config, options.out, cost=CHEAP if options.cheap else None)
    print(f"founded: fingerprint {fingerprint}")
    return 0


def found(config: Path, out: Path, *, cost: Cost | None = None) -> str:
    """Make every authority that has settings in `config`, and their network; gives the fingerprint."""
    facts = tomllib.loads((config / "network.toml").read_text())
    members = [one for one in facts["members"] if (config / one["id"].lower() / "node.toml").is_file()]
    ids = [member["id"] for member in members]
    now = time.time_ns() // 1_000_000
    for member in members:
        make_authority(member, config, out, now=now, cost=cost)
    for owner in ids:
        make_accounts(owner, [peer for peer in ids if peer != owner], out)
    raw = make_directory(facts, ids, config, out, now=now, cost=cost)
    fingerprint = draft_directory(raw)[0].fingerprint
    for authority in ids:
        settings_file = home(out, authority) / "node.toml"
        join_network(load_settings(settings_file), raw, fingerprint=fingerprint)
        text = settings_file.read_text()
        settings_file.write_text(text.replace('fingerprint = ""', f'fingerprint = "{fingerprint}"'))
    (out / "founder" / "directory.json").write_bytes(raw)  # last: it says that all is done
    return fingerprint


def home(out: Path, authority: str) -> Path:
    """Give the folder that becomes a node's own volume."""
    return out / authority.lower() / "node"


def make_authority(
    member: Mapping[str, Any], config: Path, out: Path, *, now: int, cost: Cost | None
) -> None:
    """Make one authority: its settings as they stand in `config`, a passphrase, keys, log and card."""
    folder = home(out, member["id"])
    folder.mkdir(parents=True, exist_ok=True)
    settings_file = folder / "node.toml"
    settings_file.write_text((config / member["id"].lower() / "node.toml").read_text())
    passphrase = secrets.token_urlsafe(24).encode()
    write_private(folder / "passphrase", passphrase)
    names = Names(member["name"], member["id"][:2], tuple(member["units"]), member["contact"])
    create_authority(load_settings(settings_file), names, passphrase=passphrase, now=now, cost=cost)


def make_accounts(owner: str, peers: Sequence[str], out: Path) -> None:
    """Draw the passwords at one broker, hand each to whom it belongs, and write the definitions."""
    passwords: dict[str, str | None] = {}
    for user in ("node", *peers):
        password = secrets.token_urlsafe(24)
        passwords[user.lower()] = password
        folder = home(out, owner) / "broker-passwords"
        folder.mkdir(exist_ok=True)
        write_private(folder / user, password.encode())
        if user in peers:
            held = home(out, user) / "peer-passwords"
            held.mkdir(exist_ok=True)
            write_private(held / owner, password.encode())
    folder = out / owner.lower() / "broker"
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)  # RabbitMQ runs as another user; there is no secret in it
    value = merge(
        [
            definitions(vhost=owner.lower(), peers=peers, passwords=passwords),
            make_national(owner, out),
        ]
    )
    file = folder / "definitions.json"
    file.write_text(json.dumps(value, indent=2) + "\n")
    file.chmod(0o644)


def make_national(owner: str, out: Path) -> dict[str, Any]:
    """Make the virtual host of national systems, which are added later; the node has an account."""
    vhost, password = national_topology.VHOST, secrets.token_urlsafe(24)
    folder = home(out, owner) / "national-passwords"
    folder.mkdir(exist_ok=True)
    write_private(folder / "node", password.encode())
    passwords = {national_topology.node_user(vhost): password}
    return national_topology.definitions(vhost=vhost, systems=[], passwords=passwords)


def make_directory(
    facts: Mapping[str, Any], ids: Sequence[str], config: Path, out: Path, *, now: int, cost: Cost | None
) -> bytes:
    """Found the network, add every agreement, and let enough holders cosign."""
    founder = out / "founder"
    founder.mkdir(exist_ok=True)
    first = facts["holders"][0]
    passphrase = (home(out, first) / "passphrase").read_bytes()
    key_file = founder / "directory.key"
    raw = found_network(
        Foundation(facts["name"], facts["threshold"]),
        [(home(out, id_) / "card.json").read_bytes() for id_ in ids],
        facts["holders"],
        key_file=key_file,
        passphrase=passphrase,
        now=now,
        cost=cost,
    )
    files = sorted((config / "agreements").glob("*.toml"))
    raw = extend_directory(
        raw,
        agreements=[(file.name, file.read_bytes()) for file in files],
        key_file=key_file,
        passphrase=passphrase,
        now=now,
    )
    for holder in facts["holders"][: facts["threshold"]]:
        folder = home(out, holder)
        keys = load_keys(folder / "keys", passphrase=(folder / "passphrase").read_bytes())
        raw = cosign_directory(raw, keys.holder, now=now)
    return raw


if __name__ == "__main__":
    sys.exit(main())
