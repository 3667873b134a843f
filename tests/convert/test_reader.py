import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.reader import READERS, detect, read_foreign
from node.errors import CallerError
from tests.convert.tables import CONTEXT, as_csv, notice_lines, workbook

CSV = as_csv(notice_lines())


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        (CSV, "csv"),
        (b"\n\n" + CSV, "csv"),
        (CSV.decode().encode("utf-16"), "csv"),
        (b"\xef\xbb\xbf" + CSV, "csv"),
        (b"reference\nA\n", "csv"),
        (workbook(notice_lines()), "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx"),
        (b"UNB+UNOC:3", "cuscar"),
        (b"\r\nUNA:+.? 'UNB", "cuscar"),
        (b'<?xml version="1.0"?><x/>', "xml"),
        (b"\xef\xbb\xbf<x/>", "xml"),
        ("\ufeff<x/>".encode("utf-16-le"), "xml"),
        (b"", None),
        (b"hello", None),
        (b'{"type": "alert/1"}', None),
        (b'[{"reference": 1}]', None),
        ('{"reference": 1}'.encode("utf-16"), None),
        (b"%PDF-1.7\n\0\xff", None),
        (b"\x89PNG\r\n\x1a\n\0\0", None),
        (b"\x1f\x8b\x08\x00", None),
    ],
    ids=lambda value: repr(value)[:24],  # a workbook holds the time at which it was made
)
def test_detect_tells_the_format_by_content(raw, found):
    assert detect(raw) == found


def test_read_foreign_reads_what_it_detects():
    (draft,) = read_foreign(CSV, CONTEXT).drafts
    assert draft.failures == ()


def test_read_foreign_of_an_unknown_format_is_refused():
    with pytest.raises(CallerError) as refused:
        read_foreign(b"%PDF-1.7", CONTEXT)
    assert refused.value.code == "convert.format_unknown"


def test_readers_are_there_for_every_format():
    assert READERS.keys() == {"csv", "xlsx", "cuscar", "xml"}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120), st.sampled_from([b"", b"PK", b"UNB+", b"<", b"reference,"]))
def test_read_foreign_of_any_bytes_raises_only_named_errors(raw, start):
    try:
        read_foreign(start + raw, CONTEXT)
    except CallerError as error:
        assert error.code.startswith("convert.")  # noqa: PT017 - most inputs raise, some do not
