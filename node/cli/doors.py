"""Which doors of the national side a node opens, and what else runs beside its exchange.

Responsible for reading that from the settings, once, at the start. Must not open or run one itself.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from node.settings import Settings

if TYPE_CHECKING:
    from node.daemon.supervisor import Door


def doors_of(settings: Settings) -> "Iterator[Door]":
    """Give the tasks that serve the national side: some always, doors where the settings name them."""
    from node.daemon.flow_keeper import keep_flows
    from node.daemon.job_runner import run_jobs
    from node.daemon.matcher import match
    from node.daemon.webhook_courier import deliver_webhooks

    yield from (match, keep_flows, deliver_webhooks, run_jobs)
    if settings.api is not None:
        from node.web.server import check_protected, serve

        check_protected(settings.api)  # before anything runs
        yield partial(serve, settings=settings.api)
    if settings.national is not None:
        from node.daemon.amqp_door import serve_amqp

        yield partial(serve_amqp, settings=settings.national)
    if settings.folders:
        from node.daemon.folder_door import serve_folders

        yield partial(serve_folders, folders=settings.folders)
