"""The log's tree on disk: tiles of hashes, read back when a proof needs them.

Responsible for which nodes are in memory and which come from tiles. Must not hash entries or decide
what is appended (`journal`). Memory is bounded however long the log is.

Source: C2SP tlog-tiles (layout); RFC 9162 §2.1 (nodes).
"""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from node.audit.merkle import HASH_BYTES, Nodes, append, node_hash, root
from node.store import tables
from node.store.database import Database

TILE_HEIGHT = 8  # a tile holds 2^8 hashes of one height
_TILE_WIDTH = 1 << TILE_HEIGHT
_RECENT_NODES = 65_536  # about 10 MB: proofs of the newest 30,000 leaves need no disk
_KEPT_TILES = 64


class Head(NamedTuple):
    """Size and root of a tree, always taken together."""

    size: int
    root: bytes


class Tree:
    """The tree of our own log, as far as it is committed.

    One thread appends (the journal's); any thread may read: complete nodes never change.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._full_tiles: OrderedDict[tuple[int, int], Nodes] = OrderedDict()
        self._lock = threading.Lock()  # guards the order of _full_tiles
        with database.reading() as connection:
            row = connection.execute(select(tables.head.c.size, tables.head.c.root)).one()
        self.head = Head(row.size, row.root)  # one attribute: readers never see half of a step
        self._recent: Nodes = self._edge_tiles()

    @property
    def size(self) -> int:
        """Leaves in the tree."""
        return self.head.size

    @property
    def root(self) -> bytes:
        """Root hash over them."""
        return self.head.root

    def plan(self, leaves: Sequence[bytes]) -> tuple[Nodes, int, bytes]:
        """Work out what appending `leaves` makes: nodes, new size, new root; nothing changes yet."""
        made = append(self.size, leaves, self.read)
        size = self.size + len(leaves)

        def read(height: int, index: int) -> bytes:
            return made[height, index] if (height, index) in made else self.read(height, index)

        return made, size, root(size, read)

    def write(self, connection: Connection, made: Nodes) -> None:
        """Write the tiles that the new nodes touch, within the caller's transaction."""
        touched: dict[tuple[int, int], dict[int, bytes]] = {}
        for (height, index), node in made.items():
            if height % TILE_HEIGHT == 0:
                place = (height // TILE_HEIGHT, index // _TILE_WIDTH)
                touched.setdefault(place, {})[index % _TILE_WIDTH] = node
        rows = []
        for (level, number), fresh in touched.items():
            first = min(fresh)
            before = self._tile(connection, level, number)[: first * HASH_BYTES] if first else b""
            hashes = before + b"".join(fresh[position] for position in sorted(fresh))
            rows.append({"level": level, "number": number, "hashes": hashes})
        statement = tables.tile.insert().prefix_with("OR REPLACE")
        connection.execute(statement, rows)

    def advance(self, made: Nodes, size: int, root_hash: bytes) -> None:
        """Take over what `plan` worked out, after its transaction has committed."""
        self._recent.update(made)
        self.head = Head(size, root_hash)
        if len(self._recent) > _RECENT_NODES:
            self._recent = self._edge_tiles()

    def read(self, height: int, index: int) -> bytes:
        """Give the hash of a complete subtree: from memory, or from its tile."""
        node = self._recent.get((height, index))
        if node is not None:
            return node
        level, within = divmod(height, TILE_HEIGHT)
        place = (level, index >> (TILE_HEIGHT - within))
        with self._lock:
            nodes = self._full_tiles.get(place)
        if nodes is None:
            nodes = self._load(place)
        return nodes[height, index]

    def _load(self, place: tuple[int, int]) -> Nodes:
        """Read a tile; keep it if it is full, for then it can never change."""
        with self._database.reading() as connection:
            hashes = self._tile(connection, *place)
        nodes = _expand(*place, hashes)
        if len(hashes) == _TILE_WIDTH * HASH_BYTES:
            with self._lock:
                self._full_tiles[place] = nodes
                if len(self._full_tiles) > _KEPT_TILES:
                    self._full_tiles.popitem(last=False)
        return nodes

    def _edge_tiles(self) -> Nodes:
        """Read the last tile of each level: all that the next append can ask for, and more."""
        edge: Nodes = {}
        level, width = 0, self.size
        while width:
            edge.update(self._load((level, (width - 1) >> TILE_HEIGHT)))
            level, width = level + 1, width >> TILE_HEIGHT
        return edge

    @staticmethod
    def _tile(connection: Connection, level: int, number: int) -> bytes:
        where = (tables.tile.c.level == level) & (tables.tile.c.number == number)
        hashes = connection.scalar(select(tables.tile.c.hashes).where(where))
        return bytes(hashes) if hashes else b""


def _expand(level: int, number: int, hashes: bytes) -> Nodes:
    """Compute every complete node within a tile."""
    base = level * TILE_HEIGHT
    row = [hashes[i : i + HASH_BYTES] for i in range(0, len(hashes), HASH_BYTES)]
    first, nodes = number << TILE_HEIGHT, {}
    for height in range(base, base + TILE_HEIGHT):
        nodes.update({(height, first + position): node for position, node in enumerate(row)})
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        first >>= 1
    return nodes
