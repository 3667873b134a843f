"""The stage: a network of authorities in one folder, with a broker, as real as can be.

Responsible for founding the network of `config/` afresh and for each node's process. The demo, the
tests and the benchmark use it.
"""

import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from node.broker.connection import Account
from node.broker.private import PrivateBroker
from node.daemon.founding import (
    Foundation,
    Names,
    cosign_directory,
    create_authority,
    extend_directory,
    found_network,
    join_network,
)
from node.daemon.node import Node, wall_clock
from node.demo import national
from node.demo.hosts import Hosts
from node.envelope.keyfile import Cost
from node.errors import OperatorError
from node.settings import SOCKET_NAME, Settings, load_settings
from node.store.keyring import Keyring, load_keys, write_private
from node.trust.directory import draft_directory

CONFIG: Final = Path(__file__).resolve().parents[2] / "config"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who is on stage.

    Attributes:
        nodes: authorities with a node of their own.
        others: further members of the directory, without a node.
    """

    nodes: tuple[str, ...] = ("AZ-SCC", "TM-SCS", "UZ-CC")
    others: tuple[str, ...] = ("KZ-SRC",)

    @property
    def everybody(self) -> tuple[str, ...]:
        """All members."""
        return (*self.nodes, *self.others)


class Stage:
    """A founded network, its broker and its processes."""

    def __init__(
        self,
        folder: Path,
        cast: Cast | None = None,
        *,
        cost: Cost | None = None,
        outside: str | None = None,
        has_systems: bool = False,
    ) -> None:
        """Prepare a stage.

        Args:
            folder: everything is put below it.
            cast: who is on stage.
            cost: of the key files' passphrases; tests take a small one.
            outside: URL of a broker to use, password included, instead of a private one.
            has_systems: each authority has the national systems of `demo.national`, and doors for them.
        """
        self.folder = folder.resolve()
        self.cast = cast or Cast()
        self._has_systems = has_systems
        systems = [system.id for system in national.SYSTEMS] if has_systems else []
        self.hosts = Hosts(self.cast.everybody, outside=outside, systems=systems)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._cost = cost

    @property
    def broker(self) -> PrivateBroker | None:
        """The private broker, if there is one."""
        return self.hosts.broker

    def start_broker(self) -> str:
        """Start the broker; says which."""
        return self.hosts.start(self.folder / "broker")

    def found(self) -> str:
        """Make every authority, found the network, let the holders cosign; gives the fingerprint."""
        facts = tomllib.loads((CONFIG / "network.toml").read_text())
        now = wall_clock()
        for member in facts["members"]:
            if member["id"] in self.cast.everybody:
                self._make_authority(member, now)
        holders = [id_ for id_ in facts["holders"] if id_ in self.cast.everybody]
        threshold = min(facts["threshold"], len(holders))
        passphrase = self._passphrase(holders[0])
        raw = found_network(
            Foundation(facts["name"], threshold),
            [(self.home(id_) / "card.json").read_bytes() for id_ in self.cast.everybody],
            holders,
            key_file=self.folder / "directory.key",
            passphrase=passphrase,
            now=now,
            cost=self._cost,
        )
        agreements = sorted((CONFIG / "agreements").glob("*.toml"))
        raw = extend_directory(
            raw,
            agreements=[(path.name, path.read_bytes()) for path in agreements],
            key_file=self.folder / "directory.key",
            passphrase=passphrase,
            now=now,
        )
        for holder in holders[:threshold]:
            raw = cosign_directory(raw, self.keys(holder).holder, now=now)
        fingerprint = draft_directory(raw)[0].fingerprint
        for authority in self.cast.nodes:
            join_network(self.settings(authority), raw, fingerprint=fingerprint)
            config = self.config(authority)
            text = config.read_text()
            config.write_text(text.replace('fingerprint = ""', f'fingerprint = "{fingerprint}"'))
            if self._has_systems:
                national.add_systems(self.node(authority))
        return fingerprint

    def home(self, authority: str) -> Path:
        """Give the folder of an authority."""
        return self.folder / authority.lower()

    def config(self, authority: str) -> Path:
        """Give its settings file."""
        return self.home(authority) / "node.toml"

    def settings(self, authority: str) -> Settings:
        """Load its settings."""
        return load_settings(self.config(authority))

    def keys(self, authority: str) -> Keyring:
        """Unlock its keys."""
        settings = self.settings(authority)
        return load_keys(settings.keys.folder, passphrase=self._passphrase(authority))

    def node(self, authority: str) -> Node:
        """Open its node in this process; the caller starts and closes it."""
        return Node(self.settings(authority), self.keys(authority))

    def run_node(self, authority: str) -> None:
        """Start a node's process; its log is `node.log` in its folder."""
        with (self.home(authority) / "node.log").open("ab") as log:
            self.processes[authority] = subprocess.Popen(  # noqa: S603 - ourselves
                [sys.executable, "-m", "node", "run", "--config", str(self.config(authority))],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "SARBON_LOG__FORM": "json"},
                start_new_session=True,
            )

    def wait_until_connected(self, authority: str, *, seconds: float = 60.0) -> None:
        """Wait until a node answers and has reached every peer's broker."""
        deadline = time.monotonic() + seconds
        peers = len(self.cast.everybody) - 1
        while len(self.connected(authority)) < peers:
            process = self.processes[authority]
            if process.poll() is not None or time.monotonic() > deadline:
                lines = (self.home(authority) / "node.log").read_text().splitlines()
                raise OperatorError(
                    "stage.node",
                    f"{authority} is not up: {' | '.join(lines[-3:])}",
                    hint=f"its log is {self.home(authority) / 'node.log'}",
                )
            time.sleep(0.05)  # asking is the only way to know

    def connected(self, authority: str) -> list[str]:
        """Ask a running node which peers' brokers it has reached; none if it does not answer."""
        try:
            return list(self.ask(authority, {"do": "ping"}).get("connected", []))
        except (OSError, ValueError):
            return []

    def ask(self, authority: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Ask a running node something over its local socket, as its national system would.

        Raises:
            OSError: it does not run.
            ValueError: it went away without an answer.
        """
        with socket.socket(socket.AF_UNIX) as asking:
            asking.connect(str(self.home(authority) / "data" / SOCKET_NAME))
            asking.sendall(json.dumps(request).encode() + b"\n")
            answer: dict[str, Any] = json.loads(asking.makefile().readline())
        return answer

    def command(self, authority: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one `sarbon` command for an authority."""
        return subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, "-m", "node", *arguments],
            capture_output=True,
            text=True,
            env={**os.environ, "SARBON_CONFIG": str(self.config(authority))},
            check=False,
        )

    def kill_node(self, authority: str) -> None:
        """Kill a node's process as a power cut would."""
        process = self.processes.pop(authority)
        process.kill()
        process.wait()

    def stop_nodes(self) -> list[str]:
        """Stop every node in order; gives those that did not stop well."""
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        codes = {authority: process.wait(30) for authority, process in self.processes.items()}
        self.processes.clear()
        return [authority for authority, code in codes.items() if code != 0]

    def close(self) -> None:
        """End everything that still runs."""
        for authority in list(self.processes):
            self.kill_node(authority)
        if self.broker is not None:
            self.broker.stop()

    def _make_authority(self, member: Mapping[str, Any], now: int) -> None:
        authority: str = member["id"]
        home = self.home(authority)
        home.mkdir(parents=True)
        write_private(home / "passphrase", secrets.token_urlsafe(24).encode())
        self._write_config(authority)
        names = Names(member["name"], authority[:2], tuple(member["units"]), member["contact"])
        create_authority(
            self.settings(authority),
            names,
            passphrase=self._passphrase(authority),
            now=now,
            cost=self._cost,
        )

    def _write_config(self, authority: str) -> None:
        """Take the authority's settings from config/, with this stage's broker in them."""
        source = CONFIG / authority.lower() / "node.toml"
        if authority in self.cast.others:
            text = f'authority = "{authority}"\nnetwork = "iren.example"\nepoch = "2026"\n'
            text += '[keys]\npassphrase_file = "passphrase"\n'
        else:
            text = source.read_text().split("\n[broker]")[0]
            text = re.sub(r'agreements = ".*?"', f'agreements = "{CONFIG / "agreements"}"', text)
            peers = [peer for peer in self.cast.everybody if peer != authority]
            user = f"node.{authority.lower()}"
            text += self._table(authority, "broker", self.hosts.account(authority, user), user)
            for peer in peers:
                user = f"{authority.lower()}.{peer.lower()}"
                text += self._table(authority, f"peers.{peer}", self.hosts.account(peer, user), user)
            if self._has_systems:
                account = self.hosts.national_account(authority, None)
                text += self._table(authority, "national", account, "national")
                text += national.tables_for(self.home(authority))
        self.config(authority).write_text(text)

    def _table(self, authority: str, name: str, account: Account, user: str) -> str:
        file = self.home(authority) / f"{user}.password"
        if account.password is not None and not file.exists():
            write_private(file, account.password.encode())
        secret = "" if account.password is None else f'password_file = "{file.name}"\n'
        return f'\n[{name}]\nurl = "{account.url}"\n{secret}prefix = "{account.prefix}"\n'

    def _passphrase(self, authority: str) -> bytes:
        return (self.home(authority) / "passphrase").read_bytes()
