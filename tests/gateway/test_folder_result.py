import json
import re
from pathlib import Path

import pytest

from node.convert.conversion import Remark
from node.errors import CallerError
from node.gateway.folder_documents import Contents, Piece
from node.gateway.folder_result import Accepted, Result, read_ticket

ERROR = CallerError("document.invalid", "the fact", hint="the hint", pointer="/a")
SHOWN = {"code": "document.invalid", "message": "the fact", "hint": "the hint", "pointer": "/a"}
HANDBOOK = Path(__file__).parents[2] / "docs" / "folder.md"
AT = 1_795_525_262_123


def piece(place="", **more):
    return Piece(place, b"{}", "key", b"", **more)


def result(pieces, answers, **more):
    return Result("3f9a1c2e", Contents("ab", tuple(pieces), **more), tuple(answers), AT)


def written(value, name="a.json"):
    return json.loads(value.write(name))


def test_result_all_accepted_is_done():
    value = result(
        [piece("[0]"), piece("[1]")], [Accepted("m1", is_new=True), Accepted("m2", is_new=False)]
    )
    assert value.is_done
    assert written(value) == {
        "file": "a.json",
        "status": "done",
        "accepted": 2,
        "refused": 0,
        "finished_at": "2026-11-24T13:01:02.123Z",
        "sha256": "ab",
        "ticket": "3f9a1c2e",
        "documents": [
            {"place": "[0]", "status": "accepted", "id": "m1", "new": True},
            {"place": "[1]", "status": "accepted", "id": "m2", "new": False},
        ],
    }


def test_result_one_refused_is_failed_and_names_the_accepted():
    value = result([piece("[0]"), piece("[1]")], [(ERROR,), Accepted("m2", is_new=True)])
    assert not value.is_done
    shown = written(value)
    assert (shown["status"], shown["accepted"], shown["refused"]) == ("failed", 1, 1)
    assert shown["documents"] == [
        {"place": "[0]", "status": "refused", "error": SHOWN},
        {"place": "[1]", "status": "accepted", "id": "m2", "new": True},
    ]


def test_result_of_a_file_that_was_not_read_is_failed():
    value = Result("3f9a1c2e", Contents("", errors=(ERROR,)), (), AT)
    shown = written(value)
    assert not value.is_done
    assert (shown["status"], shown["error"], shown["sha256"]) == ("failed", SHOWN, None)
    assert shown["documents"] == []


def test_result_several_errors_of_one_document_follow_the_first_and_are_bounded():
    (shown,) = written(result([piece()], [(ERROR,) * 500]))["documents"]
    assert shown["error"] == SHOWN
    assert shown["further"] == [SHOWN] * 100


def test_result_remarks_are_shown_but_not_what_was_merely_filled_in():
    dropped = Remark("dropped", "column x", "", "no such member")
    defaulted = Remark("defaulted", "file", "/test", "from the options")
    value = result(
        [piece(remarks=(defaulted, dropped))], [Accepted("m", is_new=True)], remarks=(dropped, defaulted)
    )
    shown = {"concern": "dropped", "source": "column x", "pointer": "", "text": "no such member"}
    assert written(value)["remarks"] == [shown]
    assert written(value)["documents"][0]["remarks"] == [shown]


def test_result_of_the_handbook_is_what_is_written():
    shown = re.search(r"```json\n(.*?)```", HANDBOOK.read_text(), re.DOTALL)[1]
    value = json.loads(shown)
    accepted, refused = value["documents"]
    error = refused["error"]
    wrong = CallerError(error["code"], error["message"], pointer=error["pointer"])
    contents = Contents(value["sha256"], (piece("[0]"), piece("[1]")))
    answers = (Accepted(accepted["id"], is_new=True), (wrong,))
    assert Result("3f9a1c2e", contents, answers, AT).write("alerts.json").decode() == shown


def test_read_ticket_of_a_written_result_is_its_ticket():
    assert read_ticket(result([], []).write("a.json")) == "3f9a1c2e"


@pytest.mark.parametrize("raw", [b"", b"x", b"[]", b"{}", b'{"ticket":3}', b'{"ticket":'])
def test_read_ticket_of_anything_else_is_none(raw):
    assert read_ticket(raw) is None
