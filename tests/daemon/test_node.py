"""A node's threads: those who ask do not take the node's own."""

import asyncio
import os
import threading


async def test_reader_is_served_while_every_worker_is_busy(stage):
    node = stage.node("AZ-SCC")
    gate = threading.Event()
    try:
        busy = [asyncio.create_task(node.in_worker(gate.wait)) for _ in range(2 * (os.cpu_count() or 1))]
        async with asyncio.timeout(20):
            assert await node.in_reader(lambda: 7) == 7
        assert not any(task.done() for task in busy)
        gate.set()
        await asyncio.gather(*busy)
    finally:
        gate.set()
        node.close()
