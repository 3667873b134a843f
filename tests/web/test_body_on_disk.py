"""Large bodies on the disk: lent once, gone afterwards, and what the disk refuses."""

import pytest
from starlette.requests import ClientDisconnect, Request

from node.errors import OperatorError
from node.web import body_on_disk as large
from node.web.body_on_disk import body_on_disk


def request_of(*pieces: bytes) -> Request:
    waiting = list(pieces)

    async def receive():
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    return Request({"type": "http", "method": "POST", "headers": []}, receive)


async def test_body_is_lent_from_its_beginning_and_is_gone_afterwards(tmp_path):
    async with body_on_disk(request_of(b"one ", b"", b"two"), tmp_path) as file:
        assert file.read() == b"one two"
        assert list(tmp_path.iterdir()) == []  # it has no name: a crash leaves nothing behind
    assert file.closed


async def test_body_that_breaks_off_leaves_nothing(tmp_path):
    async def receive():
        return {"type": "http.disconnect"}

    broken = Request({"type": "http", "method": "POST", "headers": []}, receive)
    with pytest.raises(ClientDisconnect):
        async with body_on_disk(broken, tmp_path):
            pytest.fail("there is no body to lend")
    assert list(tmp_path.iterdir()) == []


async def test_body_without_a_folder_says_what_to_do(tmp_path):
    with pytest.raises(OperatorError) as caught:
        async with body_on_disk(request_of(b"x"), tmp_path / "absent"):
            pytest.fail("there is nowhere to put it")
    assert caught.value.code == "attachment.folder"


async def test_body_never_takes_the_last_of_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(large, "FREE_BYTES", 2**60)
    with pytest.raises(OperatorError) as caught:
        async with body_on_disk(request_of(b"x"), tmp_path):
            pytest.fail("there is no room for it")
    assert caught.value.code == "disk.full"
