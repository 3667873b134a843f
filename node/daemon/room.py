"""How much peers' files may take on our disk: all of them together, and one peer's unfinished ones.

Responsible for saying no before a piece is written. Must not remove anything, and must not decide what
becomes of a file that found no room.

A finished file stands in our log, and somebody decides how long it stays. An unfinished one is seen by
nobody: without a share of its own, one peer could take the whole room with files that it never ends.
"""

from typing import Final

from node.daemon.node import Node
from node.errors import PeerError, Refusal
from node.limits import MAX_ATTACHMENT_BYTES

_MIB: Final = 1_048_576


class Room:
    """Counts what is occupied; counted anew before anything is refused, for files may have gone."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._together: int | None = None  # as far as we know; None: to be counted
        self._unfinished: dict[str, int] = {}  # by peer; at least what it is, until counted anew

    @property
    def whole_bytes(self) -> int:
        """What peers' files may take together."""
        return self._node.settings.attachments.room_mib * _MIB

    @property
    def share_bytes(self) -> int:
        """What one peer's unfinished files may take: an equal share, but always one file."""
        return max(self.whole_bytes // max(len(self._node.settings.peers), 1), MAX_ATTACHMENT_BYTES)

    def check(self, peer: str, wanted_bytes: int) -> None:
        """Ask whether a peer's unfinished file may take so much more.

        Raises:
            PeerError: `attachment.no_room`.
        """
        files = self._node.attachments
        if self._together is None or self._together + wanted_bytes > self.whole_bytes:
            self._together = files.occupied_bytes()
        if self._together + wanted_bytes > self.whole_bytes:
            raise _no_room(f"peers' files may take {self.whole_bytes} bytes")
        unfinished = self._unfinished.get(peer)
        if unfinished is None or unfinished + wanted_bytes > self.share_bytes:
            unfinished = self._unfinished[peer] = files.unfinished_bytes(peer)
        if unfinished + wanted_bytes > self.share_bytes:
            raise _no_room(f"unfinished files of one peer may take {self.share_bytes} bytes")

    def occupy(self, peer: str, more_bytes: int) -> None:
        """Note that a piece was written."""
        self._together = (self._together or 0) + more_bytes
        self._unfinished[peer] = self._unfinished.get(peer, 0) + more_bytes

    def forget(self) -> None:
        """Count anew at the next question: files were removed."""
        self._together = None
        self._unfinished.clear()


def _no_room(fact: str) -> PeerError:
    return PeerError(Refusal.ATTACHMENT_NO_ROOM, fact)
