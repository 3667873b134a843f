"""Stages for tests that carry everything by hand: founded once, copied for each, without a broker."""

import shutil

import pytest

from node.demo.stage import Cast, Stage
from tests.conftest import CHEAP

NO_BROKER = "amqp://nobody:nothing@127.0.0.1:9/none"
CAST = Cast(("AZ-SCC", "TM-SCS", "UZ-CC"), ())


@pytest.fixture(scope="session")
def founded_once(tmp_path_factory):
    """A founded network in which nobody writes."""
    stage = Stage(tmp_path_factory.mktemp("founded") / "s", CAST, cost=CHEAP, outside=NO_BROKER)
    stage.found()
    return stage


@pytest.fixture
def stage(founded_once, tmp_path):
    """A copy of the founded network for one test."""
    shutil.copytree(founded_once.folder, tmp_path / "s", symlinks=True)
    return Stage(tmp_path / "s", CAST, cost=CHEAP, outside=NO_BROKER)
