"""What is kept of an upload: bounded, and writable whatever was in the file."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.conversion import Remark
from node.daemon.submitter import Submitted
from node.daemon.upload_result import MOST_NOTES, STATES, UploadResult, remark_value
from node.errors import CallerError
from node.gateway.folder_documents import Contents, Piece
from node.store.jobs import write_result


def piece(*remarks):
    return Piece("line 2", b"{}", "k", b"d", remarks=remarks)


def remark(concern="doubtful", text="look"):
    return Remark(concern, "line 2", "/a", text)


def error(text="wrong"):
    return CallerError("a.b", text, pointer="/a")


def test_result_line_of_each_answer():
    result = UploadResult()
    result.add([piece()] * 3, [Submitted("m-1", is_new=True), (error(), error()), None])
    assert [line["state"] for line in result.documents] == list(STATES)
    assert result.counts == dict.fromkeys(STATES, 1)
    assert [line["id"] for line in result.documents] == ["m-1", None, None]
    assert len(result.documents[1]["further"]) == 1


def test_result_leaves_out_what_was_filled_in():
    result = UploadResult()
    result.add([piece(remark("defaulted"), remark("dropped"))], [None])
    assert [one["concern"] for one in result.documents[0]["remarks"]] == ["dropped"]


def test_result_of_one_document_is_bounded():
    result = UploadResult()
    result.add([piece(*[remark()] * 50)], [tuple([error()] * 50)])
    line = result.documents[0]
    assert (len(line["further"]), len(line["remarks"])) == (MOST_NOTES, MOST_NOTES)
    assert line["left_out"] == 99 - 2 * MOST_NOTES


def test_result_of_many_documents_is_bounded_and_names_the_first_error_of_each():
    result = UploadResult(room=30)
    result.add([piece(*[remark()] * 10)] * 10, [tuple([error()] * 11)] * 10)
    lines = result.documents
    assert sum(len(line["further"]) + len(line["remarks"]) for line in lines) == 30
    assert all(line["error"]["code"] == "a.b" for line in lines)
    assert sum(line["left_out"] for line in lines) == 170


def test_summary_holds_what_belongs_to_the_file():
    contents = Contents("", (), (error(),), (remark(), remark("defaulted")))
    summary = UploadResult().summary(contents, error("stopped"))
    assert summary["error"]["detail"] == "stopped"
    assert (len(summary["file_errors"]), len(summary["file_remarks"])) == (1, 1)
    assert UploadResult().summary(None, None)["file_errors"] == []


@settings(max_examples=50)
@given(st.text(st.characters(codec=None, categories=["Cs", "L", "Cc"])))
def test_result_can_be_written_whatever_a_text_holds(text):
    result = UploadResult()
    found = Piece(text, b"{}", "k", b"d", remarks=(remark(text=text),))
    result.add([found], [(CallerError("a.b", text, pointer=text),)])
    first, second = write_result(result.summary(None, None), result.documents).split(b"\n")
    assert json.loads(second)["left_out"] == 0
    assert json.loads(first)["refused"] == 1
    assert remark_value(remark())["text"] == "look"
