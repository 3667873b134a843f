"""The client for asyncio: every method gives something to await.

Responsible for sending, waiting and following, beside all else that the loop does. What is asked, and
what is tried again, is decided elsewhere (`calls`, `retry`, `following`).
"""

import asyncio
import random
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
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


class AsyncClient(Surface):
    """A node's API. Tasks of one loop may share one."""

    def __init__(
        self,
        connection: Connection,
        *,
        retry: Retry | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
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
        self._http = httpx2.AsyncClient(transport=transport, **connection.options())

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def run(self, described: Call[T] | Plan[T]) -> T:
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
            answer = await self._take(step)

    async def walk(self, first: Call[Page[M]]) -> AsyncIterator[M]:
        """Give the items of all pages, asking for each page when it is needed."""
        call: Call[Page[M]] | None = first
        while call is not None:
            page = await self.run(call)
            for item in page.items:
                yield item
            call = call.following(page.next)

    def events(
        self,
        *,
        after: int = -1,
        kinds: Sequence[str] = (),
        is_endless: bool = True,
        on_position: Callable[[int], None] | None = None,
    ) -> "AsyncEvents":
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
        return AsyncEvents(following, self._told(following))

    async def _told(self, following: Following) -> AsyncGenerator[CloudEvent, None]:
        while not following.is_over:
            look = self._stream if following.is_streaming else self._poll
            async with aclosing(look(following)) as items:
                async for position, event in items:
                    if event is not None:
                        yield event
                    following.done(position)

    async def _stream(self, following: Following) -> AsyncGenerator[Item, None]:
        answer: Answer | Broken | None = None
        try:
            async with self._http.stream(**self._connection.stream(following.call())) as response:
                answer = answer_of(response, b"")
                if not following.is_stream(answer):
                    answer = answer_of(response, await response.aread())
                else:
                    answer = None
                    async for piece in response.aiter_raw():
                        for item in following.take(piece):
                            yield item
        except httpx2.HTTPError as error:
            answer = broken(error)
        await self._pause(following, answer)

    async def _poll(self, following: Following) -> AsyncGenerator[Item, None]:
        answer = await self._ask(following.call())
        if isinstance(answer, Answer) and answer.status == httpx2.codes.OK:
            for item in following.take_page(answer):
                yield item
        else:
            await self._pause(following, answer)

    async def _pause(self, following: Following, answer: Answer | Broken | None) -> None:
        await self._sleep(following.pause(answer, self._luck))

    async def _take(self, step: Call[Any] | Waiting) -> Answer | Broken | None:
        if isinstance(step, Waiting):
            await self._sleep(step.seconds)
            return None
        return await self._ask(step)

    async def _ask(self, call: Call[Any]) -> Answer | Broken:
        try:
            response = await self._http.request(**self._connection.request(call))
        except httpx2.HTTPError as error:
            return broken(error)
        return answer_of(response, response.content)


class AsyncEvents:
    """Events, one after the other.

    Attributes:
        position: of the last event that the reader is done with: keep it, and begin after it.
    """

    def __init__(self, following: Following, told: AsyncGenerator[CloudEvent, None]) -> None:
        """Join a place and what is told from there."""
        self._following, self._told = following, told

    @property
    def position(self) -> int:
        """Where to go on after a crash."""
        return self._following.position

    def __aiter__(self) -> AsyncIterator[CloudEvent]:
        return self

    async def __anext__(self) -> CloudEvent:
        return await anext(self._told)

    async def aclose(self) -> None:
        """Close the stream, if one is open."""
        await self._told.aclose()
