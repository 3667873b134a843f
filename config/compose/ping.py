"""Ask the node in this container whether it answers: exit code 0 if it does. The health check."""

import json
import os
import socket
import sys
from pathlib import Path

_SECONDS = 5


def main() -> int:
    """Send one ping over the local socket."""
    home = Path(os.environ["SARBON_CONFIG"]).parent
    with socket.socket(socket.AF_UNIX) as node:
        node.settimeout(_SECONDS)
        try:
            node.connect(str(home / "data" / "node.sock"))
            node.sendall(b'{"do":"ping"}\n')
            answer = json.loads(node.makefile().readline())
        except (OSError, ValueError) as error:
            print(f"no answer: {type(error).__name__}")
            return 1
    print(json.dumps(answer))
    return 0 if "authority" in answer else 1


if __name__ == "__main__":
    sys.exit(main())
