"""A disk that fails at a chosen step: the machine stops there, or a share goes away for a while.

The system's calls are replaced, not ours. `done` says whether the step was still carried out: its answer
is lost all the same.
"""

import contextlib
import errno
import os

import pytest

CALLS = ("open", "rename", "link", "unlink", "mkdir", "rmdir", "fsync", "scandir", "listdir", "lstat")


class Crash(BaseException):
    """The machine stops here."""


def forget(answer):
    """Close what the caller never gets."""
    if isinstance(answer, int):
        os.close(answer)
    elif hasattr(answer, "close"):
        answer.close()


class Disk:
    """Counts the calls, and fails from the n-th on.

    Attributes:
        calls: how many there were.
    """

    def __init__(self, nth, *, done, last=None, crash=True):
        self.calls = 0
        self._nth, self._done, self._last, self._crash = nth, done, last or 1 << 60, crash

    @property
    def has_failed(self):
        return self.calls >= self._nth

    def wrap(self, real):
        def call(*args, **options):
            self.calls += 1
            if self.calls < self._nth or self.calls > self._last:
                return real(*args, **options)
            if self.calls == self._nth and self._done:
                forget(real(*args, **options))
            raise Crash if self._crash else OSError(errno.ESTALE, os.strerror(errno.ESTALE))

        return call


@contextlib.contextmanager
def faulty(nth, *, done=False, last=None, crash=True):
    """Let the n-th call fail, and all that follow up to the last."""
    disk = Disk(nth, done=done, last=last, crash=crash)
    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, disk.wrap(getattr(os, name)))
        with contextlib.suppress(Crash):
            yield disk
