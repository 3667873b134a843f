import pytest

from node.cli.doubts import doubts_about, print_doubts
from node.reference.editions import BUILT_IN


@pytest.mark.parametrize("raw", [None, b"{}", b"no document"])
def test_doubts_about_what_is_no_document_are_none(raw):
    assert doubts_about(raw, BUILT_IN) == []


def test_print_doubts_says_file_code_pointer_and_reason(capsys):
    print_doubts("a.json", [{"pointer": "/x", "code": "doubt.code", "text": "not known"}])
    assert capsys.readouterr() == ("", "a.json: doubt.code at /x: not known\n")
