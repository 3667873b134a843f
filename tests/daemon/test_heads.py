import shutil

import pytest

from node.daemon.heads import Heads
from node.errors import OperatorError
from tests.daemon.pair import carry, documents, settle, sides

pytestmark = pytest.mark.broker


async def test_restored_backup_refuses_to_sign_by_its_own_head_file(make_stage):
    stage = make_stage()
    data = stage.home("AZ-SCC") / "data"
    shutil.copy(data / "node.db", stage.folder / "backup.db")
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        await settle(az, uz)
    for leftover in data.glob("node.db-*"):
        leftover.unlink()
    shutil.copy(stage.folder / "backup.db", data / "node.db")

    with pytest.raises(OperatorError) as caught:
        stage.node("AZ-SCC")

    assert caught.value.code == "log.lost"


async def test_restored_backup_with_its_head_file_stops_when_a_peer_shows_what_it_signed(make_stage):
    stage = make_stage()
    data = stage.home("AZ-SCC") / "data"
    backup = stage.folder / "backup"
    shutil.copytree(data, backup, ignore=shutil.ignore_patterns("lock", "*.sock"))
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await az.submit(documents(stage, "AZ-SCC", 1, recipients=["UZ-CC"])[0])
        await settle(az, uz)
    shutil.rmtree(data)
    shutil.copytree(backup, data)
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        document = documents(stage, "AZ-SCC", 2, recipients=["UZ-CC"])[1]
        await az.submit(document)
        await carry(az, uz, "routine")

        with pytest.raises(OperatorError) as caught:
            await carry(uz, az)

        assert caught.value.code == "log.lost"


def test_head_file_with_other_content_is_an_operators_error(make_stage):
    stage = make_stage("AZ-SCC", "UZ-CC", "TM-SCS")
    (stage.home("AZ-SCC") / "data" / "head").write_text("not a head\n")

    with pytest.raises(OperatorError) as caught:
        stage.node("AZ-SCC")

    assert caught.value.code == "log.head_file"


def test_newest_signs_a_head_once(make_stage):
    stage = make_stage()
    node = stage.node("AZ-SCC")
    try:
        first, is_fresh = node.heads.newest(seconds=1)
        again, is_fresh_again = node.heads.newest(seconds=2)

        assert (is_fresh, is_fresh_again) == (True, False)
        assert first is again
        assert isinstance(node.heads, Heads)
    finally:
        node.close()
