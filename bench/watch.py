"""Memory of processes while something goes on, sampled from outside.

Responsible for taking samples in a thread of its own. Must not judge them (`figures` does).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Final

from bench.figures import Sample
from bench.processes import resident_bytes

_SAMPLE_SECONDS: Final = 0.25


@dataclass(slots=True)
class Watch:
    """Samples memory in a thread of its own.

    Attributes:
        pids: by authority.
        passed: how many messages have been handed in; whoever hands them in keeps it.
    """

    pids: Mapping[str, int]
    passed: int = 0
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    _stop: Event = field(default_factory=Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sample at once, from time to time, and once more at the end."""
        self._sample()
        thread = Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()
            self._sample()

    def _run(self) -> None:
        while not self._stop.wait(_SAMPLE_SECONDS):
            self._sample()

    def _sample(self) -> None:
        for authority, pid in self.pids.items():
            sample = Sample(self.passed, resident_bytes(pid))
            self.samples.setdefault(authority, []).append(sample)
