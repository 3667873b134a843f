"""The client for programs that wait: every method gives its value.

Responsible for sending, waiting and following, one after the other. What is asked, and what is tried
again, is decided elsewhere (`calls`, `retry`, `following`).
"""

import random
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2

from node.client.call import Answer, Broken, Call, Plan, Waiting
from node.client.connection import Connection, answer_of, broken
from node.client.following import Following, Item
from node.client.models.base import Model, Page
from node.client.models.events import CloudEvent
from node.client.retry import Luck, Retry, follow
from node.client.surface import Surface

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Client(Surface):
    """A node's API. Threads may share one."""

    def __init__(
        self,
        connection: Connection,
        *,
        retry: Retry | None = None,
        transport: httpx2.BaseTransport | None = None,
        sleep: Callable[[float], object] = time.sleep,
        luck: Luck | None = None,
    ) -> None:
        """Prepare to ask; nothing is sent yet.

        Args:
            connection: where the node is, and the token.
            retry: how patient to be.
            transport: instead of the network.
            sleep: waits for some seconds.
            luck: chance and clock.

        Raises:
            ValueError: the address would send a token in the clear.
        """
        if transport is None:
            connection.check()
        self._connection = connection
        self._retry = retry or Retry()
        self._sleep = sleep
        self._luck = luck or Luck(random.random, time.time)
        self._http = httpx2.Client(transport=transport, **connection.options())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def run(self, described: Call[T] | Plan[T]) -> T:
        """Do what was described, and give its value.

        Raises:
            ApiError: the node refused it, or could not be asked.
        """
        steps = follow(described, self._retry, self._luck)
        answer: Answer | Broken | None = None
        while True:
            try:
                step = steps.send(answer)
            except StopIteration as end:
                found: T = end.value
                return found
            answer = self._take(step)

    def walk(self, first: Call[Page[M]]) -> Iterator[M]:
        """Give the items of all pages, asking for each page when it is needed."""
        call: Call[Page[M]] | None = first
        while call is not None:
            page = self.run(call)
            yield from page.items
            call = call.following(page.next)

    def events(
        self,
        *,
        after: int = -1,
        kinds: Sequence[str] = (),
        is_endless: bool = True,
        on_position: Callable[[int], None] | None = None,
    ) -> "Events":
        """Follow events, in order, each once, across everything that breaks.

        Args:
            after: position so far; -1: from the beginning.
            kinds: only these; none: all.
            is_endless: wait for what is to come; else end when all that there is has been told.
            on_position: is given each new position once the reader is done with what was there.
        """
        following = Following(
            after=after, kinds=kinds, is_endless=is_endless, on_position=on_position, retry=self._retry
        )
        return Events(following, self._told(following))

    def _told(self, following: Following) -> Generator[CloudEvent, None, None]:
        while not following.is_over:
            look = self._stream if following.is_streaming else self._poll
            with closing(look(following)) as items:
                for position, event in items:
                    if event is not None:
                        yield event
                    following.done(position)

    def _stream(self, following: Following) -> Generator[Item, None, None]:
        answer: Answer | Broken | None = None
        try:
            with self._http.stream(**self._connection.stream(following.call())) as response:
                answer = answer_of(response, b"")
                if not following.is_stream(answer):
                    answer = answer_of(response, response.read())
                else:
                    answer = None
                    for piece in response.iter_raw():
                        yield from following.take(piece)
        except httpx2.HTTPError as error:
            answer = broken(error)
        self._pause(following, answer)

    def _poll(self, following: Following) -> Generator[Item, None, None]:
        answer = self._ask(following.call())
        if isinstance(answer, Answer) and answer.status == httpx2.codes.OK:
            yield from following.take_page(answer)
        else:
            self._pause(following, answer)

    def _pause(self, following: Following, answer: Answer | Broken | None) -> None:
        self._sleep(following.pause(answer, self._luck))

    def _take(self, step: Call[Any] | Waiting) -> Answer | Broken | None:
        if isinstance(step, Waiting):
            self._sleep(step.seconds)
            return None
        return self._ask(step)

    def _ask(self, call: Call[Any]) -> Answer | Broken:
        try:
            response = self._http.request(**self._connection.request(call))
        except httpx2.HTTPError as error:
            return broken(error)
        return answer_of(response, response.content)


class Events:
    """Events, one after the other.

    Attributes:
        position: of the last event that the reader is done with: keep it, and begin after it.
    """

    def __init__(self, following: Following, told: Generator[CloudEvent, None, None]) -> None:
        """Join a place and what is told from there."""
        self._following, self._told = following, told

    @property
    def position(self) -> int:
        """Where to go on after a crash."""
        return self._following.position

    def __iter__(self) -> Iterator[CloudEvent]:
        return self

    def __next__(self) -> CloudEvent:
        return next(self._told)

    def close(self) -> None:
        """Close the stream, if one is open."""
        self._told.close()
