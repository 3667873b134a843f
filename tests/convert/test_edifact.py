import pytest

from node.convert.edifact import read_interchange
from tests.convert.messages import edi

ONE = ("BGM+785+M-1+9", "DTM+137:20261124:102")


def failures(interchange):
    return [(one.code, one.source) for one in interchange.failures]


def of_messages(interchange):
    return [[one.code for one in message.failures] for message in interchange.messages]


def test_read_interchange_whole_file_gives_its_messages():
    interchange = read_interchange(edi(ONE, ONE))
    assert failures(interchange) == []
    assert of_messages(interchange) == [[], []]
    assert [one.tag for one in interchange.messages[0].segments] == ["UNH", "BGM", "DTM"]


def test_read_interchange_header_is_named_as_dropped():
    (remark,) = read_interchange(edi(ONE)).remarks
    assert (remark.concern, remark.source) == ("dropped", "segment 1 UNB")


def test_read_interchange_byte_order_mark_is_left_out():
    assert failures(read_interchange(b"\xef\xbb\xbf" + edi(ONE))) == []


def test_read_interchange_letters_beyond_its_set_are_doubted():
    raw = edi(("FTX+AAI+++Баку",), header="UNB+UNOB:1+A+B+261124:0600+1")
    assert "doubtful" in [one.concern for one in read_interchange(raw).remarks]


def test_read_interchange_test_indicator_is_known():
    header = "UNB+UNOC:3+A+B+261124:0600+1++++++1"
    assert read_interchange(edi(ONE, header=header)).is_test
    assert not read_interchange(edi(ONE)).is_test


def test_read_interchange_functional_group_is_counted_instead_of_messages():
    raw = edi(ONE, ONE, footer="UNE+2+1'\nUNZ+1+1").replace(b"UNH+1+", b"UNG+CUSCAR'\nUNH+1+", 1)
    assert failures(read_interchange(raw)) == []


def test_read_interchange_wrong_count_of_segments_fails_that_message_only():
    raw = edi(ONE, ONE).replace(b"UNT+4+1", b"UNT+5+1")
    assert of_messages(read_interchange(raw)) == [["convert.edifact_count"], []]


def test_read_interchange_trailer_of_another_message_fails_that_message_only():
    raw = edi(ONE, ONE).replace(b"UNT+4+2", b"UNT+4+7")
    assert of_messages(read_interchange(raw)) == [[], ["convert.edifact_envelope"]]


def test_read_interchange_message_without_trailer_leaves_the_next_whole():
    raw = edi(ONE, ONE).replace(b"UNT+4+1'\n", b"")
    assert of_messages(read_interchange(raw)) == [["convert.edifact_envelope"], []]


@pytest.mark.parametrize("end", ["", "UNT+4+2'", "BGM+1"])
def test_read_interchange_cut_off_keeps_what_is_whole(end):
    raw = edi(ONE, ONE)
    cut = raw[: raw.index(b"UNT+4+2")] + end.encode()
    interchange = read_interchange(cut)
    assert interchange.failures[0].code == "convert.edifact_truncated"
    assert of_messages(interchange)[0] == []


@pytest.mark.parametrize(
    ("raw", "code", "source"),
    [
        (b"", "convert.edifact_envelope", "segment 1"),
        (edi(ONE, footer="UNZ+2+1"), "convert.edifact_count", "segment 6 UNZ"),
        (edi(ONE, footer="UNZ+1+9"), "convert.edifact_envelope", "segment 6 UNZ"),
        (edi(ONE) + b"BGM+1'", "convert.edifact_envelope", "segment 7 BGM"),
        (edi(ONE, footer="BGM+1'UNZ+1+1"), "convert.edifact_envelope", "segment 6 BGM"),
        (edi(ONE, footer="UNT+1+1'UNZ+1+1"), "convert.edifact_envelope", "segment 6 UNT"),
    ],
)
def test_read_interchange_broken_envelope_is_named(raw, code, source):
    assert failures(read_interchange(raw)) == [(code, source)]
