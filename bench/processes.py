"""What processes cost: CPU time and memory as the kernel counts them, from outside.

Responsible for reading /proc, and for the cost of one passage of messages. Must not slow what it
measures: it reads before and after, never during.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS: Final = os.sysconf("SC_CLK_TCK")  # a second; CPU times below are exact to 10 ms
_USER_TICKS, _PROCESS_GROUP = 11, 2  # fields of stat, counted after the command's name


@dataclass(frozen=True, slots=True)
class Passage:
    """A number of messages that passed, how long it took and what it cost.

    Attributes:
        cpu_seconds: user and system time by group of processes; absent groups could not be seen.
    """

    messages: int
    seconds: float
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Messages a second."""
        return self.messages / self.seconds

    def cpu_ms(self, group: str) -> float | None:
        """CPU time of one message in milliseconds, or None if the group could not be seen."""
        seconds = self.cpu_seconds.get(group)
        return None if seconds is None else 1000 * seconds / self.messages


class Meter:
    """Counts the CPU time of groups of processes from now on."""

    def __init__(self, groups: Mapping[str, Iterable[int]]) -> None:
        self._groups = {name: tuple(pids) for name, pids in groups.items() if pids}
        self._before = self._cpu_seconds()

    def passed(self, messages: int, *, seconds: float) -> Passage:
        """Close the passage of some messages, which took so long by the contender's own clock."""
        after = self._cpu_seconds()
        cost = {name: after[name] - before for name, before in self._before.items()}
        return Passage(messages, seconds, cost)

    def _cpu_seconds(self) -> dict[str, float]:
        return {name: sum(map(cpu_seconds, pids)) for name, pids in self._groups.items()}


def cpu_seconds(pid: int) -> float:
    """Give user and system time of a process so far, all its threads included."""
    user, system = _stat(pid)[_USER_TICKS : _USER_TICKS + 2]
    return (int(user) + int(system)) / _TICKS


def group_of(pid: int) -> list[int]:
    """List the processes of the group that a process leads or belongs to."""
    wanted = _stat(pid)[_PROCESS_GROUP]
    return [other for other in _running() if _belongs(other, wanted)]


def resident_bytes(pid: int) -> int:
    """Give the memory that a process holds now."""
    return _status(pid, "VmRSS")


def peak_bytes(pid: int) -> int:
    """Give the most memory that a process ever held."""
    return _status(pid, "VmHWM")


def _stat(pid: int) -> list[str]:
    """Split a process's stat line behind the command's name, which may itself hold spaces."""
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


def _status(pid: int, name: str) -> int:
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        key, _, value = line.partition(":")
        if key == name:
            return int(value.split()[0]) * 1024
    raise LookupError(f"{name} of process {pid}")


def _running() -> list[int]:
    return [int(entry.name) for entry in _PROC.iterdir() if entry.name.isdigit()]


def _belongs(pid: int, group: str) -> bool:
    try:
        return _stat(pid)[_PROCESS_GROUP] == group
    except (FileNotFoundError, ProcessLookupError):
        return False  # it ended while we were looking
