"""What peers' logs say of our messages: receipts, readings, files that arrived, bundles returned.

Responsible for finding what each of them answers, also when two come in one go and the database does
not know of the first yet. Must not commit, and must not tell couriers.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from node.audit.event import Entry, Kind
from node.canonical import un_b64u
from node.daemon.courier import Courier
from node.daemon.node import Node
from node.errors import Refusal
from node.transfer.arrival import Arrival, Proved
from node.transfer.lifecycle import State, Transition
from node.transfer.readings import record_reading
from node.transfer.receipts import FileLane, Lane, record, record_file, returned

_ABOUT_MESSAGES: Final = frozenset({Kind.MESSAGE_RECEIVED, Kind.MESSAGE_READ})


class Answers:
    """Records what peers say of our messages; remembers what one go has already said."""

    def __init__(self, node: Node, couriers: Mapping[str, Courier]) -> None:
        self._node = node
        self._couriers = couriers
        self._lanes: dict[str, dict[bytes, Lane]] = {}
        self._files: dict[tuple[str, str, int], FileLane] = {}
        self._readings: dict[tuple[str, str], bytes] = {}

    def forget(self) -> None:
        """Begin a new go: what the last one said is in the database by now."""
        self._lanes.clear()
        self._files.clear()
        self._readings.clear()

    def record(
        self, arrival: Arrival, items: list[Proved], suspect: list[str], now: int
    ) -> list[Transition]:
        """Give the steps for the items of a bundle that answer something of ours.

        Args:
            arrival: the bundle.
            items: those of its items that are receipts.
            suspect: gets the peer's id when it gave a bundle of ours back.
            now: Unix ms.
        """
        peer = arrival.sender.id
        manifests = [_manifest(entry) for entry in _entries(items) if entry.kind in _ABOUT_MESSAGES]
        answered = self._lanes.setdefault(peer, {})
        lanes = {**self._node.outbox.lanes(peer, manifests), **answered} if manifests else {}
        steps: list[Transition] = []
        for proved, entry in zip(items, _entries(items), strict=True):
            match entry.kind:
                case Kind.BUNDLE_REFUSED:
                    steps.append(self._returned(proved, entry, arrival, suspect, now))
                case Kind.ATTACHMENT_RECEIVED:
                    steps += self._file_receipt(proved, entry, arrival, now)
                case Kind.MESSAGE_READ:
                    steps += self._reading(proved, entry, arrival, lanes, now)
                case _:
                    steps += self._receipt(proved, entry, arrival, lanes, now)
        return steps

    def _receipt(
        self, proved: Proved, entry: Entry, arrival: Arrival, lanes: dict[bytes, Lane], now: int
    ) -> Iterator[Transition]:
        lane = lanes.get(_manifest(entry))
        own, log = self._node.authority, self._node.settings.origin
        step = record(proved, arrival=arrival, lane=lane, own=own, log=log, now=now)
        if step is None:
            return
        if lane is not None and step.after is not None:
            answered = _answered(lane, step.after, entry)
            lanes[lane.manifest] = self._lanes[arrival.sender.id][lane.manifest] = answered
        yield step

    def _reading(
        self, proved: Proved, entry: Entry, arrival: Arrival, lanes: dict[bytes, Lane], now: int
    ) -> Iterator[Transition]:
        key = (arrival.sender.id, entry.members["re"])
        held = self._readings.get(key) or self._node.outbox.reading(*key)
        step = record_reading(
            proved,
            arrival=arrival,
            lane=lanes.get(_manifest(entry)),
            held=held,
            own=self._node.authority,
            log=self._node.settings.origin,
            now=now,
        )
        if step is None:
            return
        if step.change is not None:
            self._readings[key] = entry.leaf
        yield step

    def _file_receipt(
        self, proved: Proved, entry: Entry, arrival: Arrival, now: int
    ) -> Iterator[Transition]:
        key = (arrival.sender.id, entry.members["re"], entry.members["number"])
        lane = self._files.get(key) or self._node.transfers.lane(*key)
        own, log = self._node.authority, self._node.settings.origin
        step = record_file(proved, arrival=arrival, lane=lane, own=own, log=log, now=now)
        if step is None:
            return
        if step.change is not None:
            self._files[key] = FileLane(key[1], key[2], entry.leaf)
        yield step

    def _returned(
        self, proved: Proved, entry: Entry, arrival: Arrival, suspect: list[str], now: int
    ) -> Transition:
        peer, digest = arrival.sender.id, entry.members["digest"]
        is_ours = peer in self._couriers and self._couriers[peer].is_known(digest)
        if is_ours or entry.members["code"] == Refusal.BUNDLE_UNREADABLE:
            suspect.append(peer)  # ours, or ours with a bit changed
        log = self._node.settings.origin
        return returned(proved, arrival=arrival, is_ours=is_ours, log=log, now=now)


def _entries(items: list[Proved]) -> Iterator[Entry]:
    for proved in items:
        if proved.entry is None:
            raise ValueError("an item that failed is no receipt")
        yield proved.entry


def _manifest(entry: Entry) -> bytes:
    return un_b64u(entry.members["manifest"], code=Refusal.ENTRY_MALFORMED)


def _answered(lane: Lane, after: State, entry: Entry) -> Lane:
    return Lane(lane.id, lane.manifest, lane.commit, after, entry.leaf)
