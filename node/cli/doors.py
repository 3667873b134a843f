"""Which doors of the national side a node opens.

Responsible for reading that from the settings, once, at the start. Must not open one itself.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from node.settings import Settings

if TYPE_CHECKING:
    from node.daemon.supervisor import Door


def doors_of(settings: Settings) -> "Iterator[Door]":
    """Give the tasks of the doors that the settings name."""
    if settings.api is not None:
        from node.web.server import check_protected, serve

        check_protected(settings.api)  # before anything runs
        yield partial(serve, settings=settings.api)
