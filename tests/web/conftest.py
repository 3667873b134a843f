"""A founded stage without a broker, and one node of it that serves its API."""

import pytest_asyncio

from tests.daemon.conftest import founded_once, stage
from tests.web.carried import exchange
from tests.web.served import serving

__all__ = ["exchange", "founded_once", "served", "stage"]


@pytest_asyncio.fixture
async def served(stage):
    """The node of AZ-SCC with its API."""
    node = stage.node("AZ-SCC")
    try:
        async with serving(node) as one:
            yield one
    finally:
        node.close()
