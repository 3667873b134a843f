"""What can be asked of a node, as methods of both clients.

Responsible for giving each request of `calls` to a client as a method: the same name and arguments for
both, a value from the one, something to await from the other. Must not describe a request.
"""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import update_wrapper
from typing import Any, Generic, ParamSpec, Protocol, Self, TypeVar, overload

from node.client.call import Call, Plan
from node.client.calls import access, documents, events, figures, messages, network
from node.client.calls import conversations as talks
from node.client.calls import matches as found
from node.client.models.base import Model, Page

P = ParamSpec("P")
T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Runs(Protocol):
    """A client that gives a value."""

    def run(self, described: Call[T] | Plan[T]) -> T:
        """Ask, and give the value."""

    def walk(self, first: Call[Page[M]]) -> Iterator[M]:
        """Give the items of all pages."""


class RunsLater(Protocol):
    """A client whose value is awaited."""

    def run(self, described: Call[T] | Plan[T]) -> Coroutine[Any, Any, T]:
        """Ask, and give the value."""

    def walk(self, first: Call[Page[M]]) -> AsyncIterator[M]:
        """Give the items of all pages."""


class Method(Generic[P, T]):
    """A request as a method."""

    def __init__(self, describe: Callable[P, Call[T] | Plan[T]]) -> None:
        """Make the method of a description."""
        self.describe = describe

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Runs, owner: type) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: RunsLater, owner: type) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Bind the method to a client."""
        if client is None:
            return self

        def ask(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.run(self.describe(*args, **kwargs))

        return update_wrapper(ask, self.describe)


class Listing(Generic[P, M]):
    """A list as a method: it gives the items of all pages, one after the other."""

    def __init__(self, describe: Callable[P, Call[Page[M]]]) -> None:
        """Make the method of a description of its first page."""
        self.describe = describe

    @overload
    def __get__(self, client: None, owner: type) -> Self: ...
    @overload
    def __get__(self, client: Runs, owner: type) -> Callable[P, Iterator[M]]: ...
    @overload
    def __get__(self, client: RunsLater, owner: type) -> Callable[P, AsyncIterator[M]]: ...
    def __get__(self, client: Any, owner: type) -> Any:
        """Bind the method to a client."""
        if client is None:
            return self

        def walk(*args: P.args, **kwargs: P.kwargs) -> Any:
            return client.walk(self.describe(*args, **kwargs))

        return update_wrapper(walk, self.describe)


class Surface:
    """All that can be asked."""

    submit = Method(documents.submit)
    submit_many = Method(documents.submit_many)
    upload = Method(documents.upload)
    try_upload = Method(documents.try_upload)
    take_in = Method(documents.take_in)

    inbox = Listing(messages.inbox)
    sent = Listing(messages.sent)
    message = Method(messages.message)
    document = Method(messages.document)
    timeline = Method(messages.timeline)
    attachments = Method(messages.attachments)
    attachment = Method(messages.attachment)
    proof = Method(messages.proof)
    evidence = Method(messages.evidence)
    verification = Method(messages.verification)
    verify = Method(messages.verify)
    mark_read = Method(messages.mark_read)
    assign = Method(messages.assign)

    conversations = Listing(talks.conversations)
    conversation = Method(talks.conversation)
    case = Method(talks.case)
    deadlines = Listing(talks.deadlines)

    event_position = Method(events.event_position)
    event_page = Method(events.event_page)
    webhooks = Listing(events.webhooks)
    webhook = Method(events.webhook)
    make_webhook = Method(events.make_webhook)
    change_webhook = Method(events.change_webhook)
    delete_webhook = Method(events.delete_webhook)
    rotate_webhook_secret = Method(events.rotate_webhook_secret)
    try_webhook = Method(events.try_webhook)
    webhook_progress = Method(events.webhook_progress)
    webhook_attempts = Listing(events.webhook_attempts)
    replay_webhook = Method(events.replay_webhook)

    matches = Listing(found.matches)
    match = Method(found.match)
    match_figures = Method(found.match_figures)
    confirm_match = Method(found.confirm_match)
    dismiss_match = Method(found.dismiss_match)
    watch_list = Listing(found.watch_list)
    watch_item = Method(found.watch_item)
    add_watch_item = Method(found.add_watch_item)
    change_watch_item = Method(found.change_watch_item)
    end_watch_item = Method(found.end_watch_item)
    import_watch_items = Method(found.import_watch_items)

    peers = Listing(network.peers)
    peer = Method(network.peer)
    agreements = Listing(network.agreements)
    agreement = Method(network.agreement)
    explain = Method(network.explain)
    code_lists = Listing(network.code_lists)
    codes = Listing(network.codes)
    code = Method(network.code)
    schemas = Method(network.schemas)
    schema = Method(network.schema)
    checkpoint = Method(network.checkpoint)
    log_entries = Listing(network.log_entries)
    log_proof = Method(network.log_proof)

    statistics = Method(figures.statistics)
    corridor = Method(figures.corridor)
    corridor_nexus = Method(figures.corridor_nexus)
    corridor_reported = Method(figures.corridor_reported)

    whoami = Method(access.whoami)
    systems = Listing(access.systems)
    system = Method(access.system)
    add_system = Method(access.add_system)
    change_system = Method(access.change_system)
    disable_system = Method(access.disable_system)
    enable_system = Method(access.enable_system)
    tokens = Listing(access.tokens)
    issue_token = Method(access.issue_token)
    revoke_token = Method(access.revoke_token)
    jobs = Listing(access.jobs)
    job = Method(access.job)
    job_documents = Listing(access.job_documents)
    wait_for_job = Method(access.wait_for_job)
    cancel_job = Method(access.cancel_job)
    verify_log = Method(access.verify_log)
