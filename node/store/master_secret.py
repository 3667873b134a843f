"""One random secret of the node, from which the keys of cursors and webhooks are derived.

Responsible for the file, and for deriving a key for each use, so that the database holds none. Losing
the file ends cursors and asks every webhook's owner for the new secret; it opens no message.
"""

import hashlib
import hmac
import os
from pathlib import Path
from typing import Final

from node.errors import OperatorError
from node.store.keyring import write_private

FILE_NAME: Final = "national.secret"
_BYTES: Final = 32


class MasterSecret:
    """The secret; it is never shown."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    @classmethod
    def of(cls, folder: Path) -> "MasterSecret":
        """Read the secret of a folder of keys, and make it the first time.

        Raises:
            OperatorError: `key.malformed`.
        """
        path = folder / FILE_NAME
        if not path.exists():
            write_private(path, os.urandom(_BYTES))
        secret = path.read_bytes()
        if len(secret) != _BYTES:
            raise OperatorError(
                "key.malformed",
                f"{path} does not hold {_BYTES} bytes",
                hint="restore it from a backup, or remove it: then webhooks need their new secrets",
            )
        return cls(secret)

    def derive(self, *use: str) -> bytes:
        """Give the key for a use: HMAC-SHA256 of its name. Source: RFC 2104, NIST SP 800-108."""
        return hmac.digest(self._secret, "\x00".join(use).encode(), hashlib.sha256)
