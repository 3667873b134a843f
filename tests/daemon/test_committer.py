import asyncio

import pytest
from sqlalchemy import event

from node.audit.event import Kind
from node.errors import OperatorError
from node.store.journal import Batch
from tests.daemon.pair import documents, sides

pytestmark = pytest.mark.broker


async def test_commits_that_wait_together_share_one_transaction_and_keep_their_order(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, _):
        written: list[int] = []
        az.node.on_commit(lambda batch: written.append(len(batch.transitions)))
        start = az.node.tree.size
        firsts = await asyncio.gather(
            *(az.node.committer.commit(Batch([az.node.event(Kind.NODE_STOPPED)])) for _ in range(50))
        )

        assert firsts == list(range(start, start + 50))
        assert len(written) < 50


async def test_full_disk_fails_everybody_who_waits_and_writes_nothing(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, _):
        before = az.node.tree.size
        with az.node.database.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

        def fill(connection, _record) -> None:
            connection.execute(f"PRAGMA max_page_count={pages}")

        event.listen(az.node.database.engine, "checkout", lambda c, r, _p: fill(c, r))
        wanted = documents(stage, "AZ-SCC", 40, recipients=["UZ-CC"])
        results = await asyncio.gather(*(az.submit(one) for one in wanted), return_exceptions=True)

        refused = [result for result in results if isinstance(result, OperatorError)]
        assert refused
        assert {error.code for error in refused} == {"disk.full"}
        assert az.node.committer.failure is not None
        accepted = len(results) - len(refused)
        assert az.node.tree.size == before + accepted


async def test_tidy_writes_bookkeeping_that_found_no_commit(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, _):
        done: list[bool] = []
        az.node.committer.later(Batch(confirmed=[("UZ-CC", 0)], after=[lambda: done.append(True)]))
        await az.node.committer.tidy()
        await az.node.committer.tidy()

        assert done == [True]
