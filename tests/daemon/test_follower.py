"""Following the log: everything once and in order, whatever stops in between."""

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio

from node.audit.event import Kind
from node.daemon import follower
from node.daemon.follower import Follower
from node.daemon.node import Node
from node.errors import OperatorError
from node.store.journal import Batch
from node.store.positions import Positions, SetPosition
from tests.daemon.pair import documents, sides

AZ, UZ = "AZ-SCC", "UZ-CC"


@dataclass(frozen=True)
class Mark:
    """A row for each message taken: a primary key refuses one that is taken twice."""

    ids: tuple[str, ...]

    def write(self, connection):
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS mark (id TEXT PRIMARY KEY)")
        for each in self.ids:
            connection.exec_driver_sql("INSERT INTO mark VALUES (?)", (each,))


def mark(happened):
    ids = tuple(each.entry.members["id"] for each in happened if each.entry.kind is Kind.MESSAGE_SEALED)
    return Batch(records=[Mark(ids)] if ids else [])


def marked(node):
    with node.database.reading() as connection:
        return [id_ for (id_,) in connection.exec_driver_sql("SELECT id FROM mark ORDER BY rowid")]


@pytest_asyncio.fixture
async def az(stage):
    async with sides(stage, AZ, UZ) as (side, _):
        side.stage = stage
        yield side


async def seal(side, count, *, first=0):
    some = documents(side.stage, AZ, first + count, recipients=[UZ])[first:]
    return [(await side.submit(document)).id for document in some]


def place(side, name="marks"):
    return Positions(side.node.database).of("", name)


async def test_follower_begins_at_the_beginning_of_the_log(az):
    ids = await seal(az, 3)
    await Follower(az.node, "marks", mark).catch_up()
    assert marked(az.node) == ids
    assert place(az) == az.node.tree.size - 1


async def test_follower_takes_what_came_since_and_nothing_twice(az):
    ids = await seal(az, 2)
    follows = Follower(az.node, "marks", mark)
    await follows.catch_up()
    await follows.catch_up()
    ids += await seal(az, 2, first=2)
    await follows.catch_up()
    assert marked(az.node) == ids


@pytest.mark.parametrize("at_once", [1, 2, 7])
async def test_follower_takes_a_long_log_in_parts(az, monkeypatch, at_once):
    monkeypatch.setattr(follower, "AT_ONCE", at_once)
    ids = await seal(az, 5)
    await Follower(az.node, "marks", mark).catch_up()
    assert marked(az.node) == ids


async def test_follower_stopped_in_the_middle_goes_on_where_it_was(az, monkeypatch):
    monkeypatch.setattr(follower, "AT_ONCE", 1)
    ids = await seal(az, 5)
    taken = []

    def stops(happened):
        taken.append(happened)
        if len(taken) == 3:
            raise OperatorError("database.failed", "as if the process had ended", hint="")
        return mark(happened)

    with pytest.raises(OperatorError):
        await Follower(az.node, "marks", stops).catch_up()
    assert marked(az.node) == ids[:2]
    await Follower(az.node, "marks", mark).catch_up()
    assert marked(az.node) == ids


async def test_follower_of_another_process_goes_on_where_it_was(stage):
    async with sides(stage, AZ, UZ) as (az, _):
        az.stage = stage
        ids = await seal(az, 2)
        await Follower(az.node, "marks", mark).catch_up()
        ids += await seal(az, 2, first=2)
    node: Node = stage.node(AZ)
    committing = asyncio.create_task(node.committer.run())
    try:
        await Follower(node, "marks", mark).catch_up()
        assert marked(node) == ids
    finally:
        committing.cancel()
        await asyncio.gather(committing, return_exceptions=True)
        node.close()


async def test_what_is_made_is_written_with_the_place_or_not_at_all(az):
    class Full:
        def write(self, connection):
            connection.exec_driver_sql("INSERT INTO nowhere VALUES (1)")

    await seal(az, 1)
    follows = Follower(
        az.node, "marks", lambda happened: Batch(records=[*mark(happened).records, Full()])
    )
    before = place(az)
    with pytest.raises(OperatorError):
        await follows.catch_up()
    assert (before, place(az)) == (None, -1)
    with pytest.raises(Exception, match="no such table"):
        marked(az.node)


async def test_entries_that_lead_to_nothing_are_passed_without_a_commit_of_their_own(az):
    commits = []
    await seal(az, 2)
    follows = Follower(az.node, "marks", lambda _: Batch())
    await follows.catch_up()
    az.node.on_commit(commits.append)
    await az.node.committer.commit(Batch([az.node.event(Kind.NODE_STOPPED)]))
    await follows.catch_up()
    assert len(commits) == 1
    await az.node.committer.tidy()
    assert place(az) == az.node.tree.size - 1


async def test_two_followers_have_a_place_each(az):
    ids = await seal(az, 1)
    await Follower(az.node, "others", lambda _: Batch()).catch_up()
    await Follower(az.node, "marks", mark).catch_up()
    assert marked(az.node) == ids


async def test_follower_that_writes_entries_itself_comes_to_rest(az):
    def echo(happened):
        return Batch([az.node.event(Kind.NODE_STOPPED) for _ in happened])

    await seal(az, 2)
    size = az.node.tree.size
    await Follower(az.node, "echo", echo).catch_up()
    assert az.node.tree.size == size + 2


async def test_follower_set_back_while_it_was_away_takes_everything_again(az):
    ids = await seal(az, 2)
    await Follower(az.node, "marks", mark).catch_up()
    with az.node.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM mark")
    await az.node.committer.commit(Batch(records=[SetPosition("", "marks", -1)]))
    await Follower(az.node, "marks", mark).catch_up()
    assert marked(az.node) == ids


async def test_running_follower_is_woken_by_each_commit(az):
    came = asyncio.Event()
    seen = []

    def take(happened):
        seen.extend(each.entry.members["id"] for each in happened if "id" in each.entry.members)
        asyncio.run_coroutine_threadsafe(_set(came), loop)
        return mark(happened)

    loop = asyncio.get_running_loop()
    running = asyncio.create_task(Follower(az.node, "marks", take, gather_seconds=0).run())
    try:
        for number in range(3):
            (id_,) = await seal(az, 1, first=number)
            while id_ not in seen:
                await asyncio.wait_for(came.wait(), 20)
                came.clear()
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _set(event):
    event.set()
