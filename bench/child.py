"""A contender's process: it does as it is told, one JSON line at a time, and says when.

Responsible for both ends of that conversation, which is the child's standard input, a socket: what a
library prints goes to the log and cannot get in between. Must not know what a contender does.
"""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

_ROOT: Final = Path(__file__).resolve().parents[1]
_LINE: Final = 0  # the child's file descriptor of the conversation
_ANSWER_SECONDS: Final = 600.0
_STOP_SECONDS: Final = 10.0


class Child:
    """The parent's end."""

    def __init__(self, module: str, role: str, log: Path, **world: Any) -> None:
        """Start a process and wait until it is ready.

        Args:
            module: run as a program.
            role: its first argument.
            log: takes what it prints.
            world: its first line; secrets travel here, not in the arguments.
        """
        self._name, self._log = f"{module} {role}", log
        self._line, theirs = socket.socketpair()
        self._line.settimeout(_ANSWER_SECONDS)
        with theirs, log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", module, role],
                stdin=theirs.fileno(),
                stdout=out,
                stderr=out,
                cwd=_ROOT,
                start_new_session=True,
            )
        self._answers = self._line.makefile("rb")
        self.tell(**world)
        self.hear()

    @property
    def pid(self) -> int:
        """Its process id."""
        pid: int = self._process.pid
        return pid

    def tell(self, **members: Any) -> None:
        """Say something to it."""
        self._line.sendall(json.dumps(members).encode() + b"\n")

    def hear(self) -> dict[str, Any]:
        """Wait for what it says.

        Raises:
            RuntimeError: it has ended; with the last line it printed.
        """
        line = self._answers.readline()
        if not line:
            last = (self._log.read_text(errors="replace").splitlines() or ["nothing"])[-1]
            raise RuntimeError(f"{self._name} ended; its last words: {last}")
        members: dict[str, Any] = json.loads(line)
        return members

    def close(self) -> None:
        """End it; whatever it still holds is of no value."""
        self._answers.close()
        self._line.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def listen() -> dict[str, Any] | None:
    """Wait, within the child, for the next line of the parent; None when the parent is done."""
    line = sys.stdin.readline()
    return json.loads(line) if line else None


def say(**members: Any) -> None:
    """Answer the parent, within the child: a short line, written at once."""
    os.write(_LINE, json.dumps(members).encode() + b"\n")


def clock() -> float:
    """Give the machine's monotonic time in seconds: the same for every process."""
    return time.clock_gettime(time.CLOCK_MONOTONIC)
