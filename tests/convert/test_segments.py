import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.segments import (
    MAX_COMPONENTS,
    MAX_ELEMENTS,
    MAX_FILE_BYTES,
    MAX_PARTS,
    MAX_SEGMENTS,
    Broken,
    Marks,
    Segment,
    decode,
    read_marks,
    segments,
)

MARKS = Marks()
FULL = "FTX" + ("+" + ":" * 80) * 90 + "'"  # 1 + 90 * 81 components
TOO_MANY = MAX_PARTS // (1 + 90 * 81) + 1


def elements(text, marks=MARKS):
    return [one.elements for one in segments(text, marks)]


def test_segments_elements_and_components_are_split():
    assert elements("TDT+20+QU-412+1+++:::NAME'") == [
        (("TDT",), ("20",), ("QU-412",), ("1",), ("",), ("",), ("", "", "", "NAME"))
    ]


def test_segments_lines_between_them_do_not_count():
    assert [one.source for one in segments("BGM+1'\r\n DTM+2'\n\n", MARKS)] == [
        "segment 1 BGM",
        "segment 2 DTM",
    ]


def test_segments_released_marks_are_text():
    assert elements("FTX+A?+B?:C?'D??+E'") == [(("FTX",), ("A+B:C'D?",), ("E",))]


def test_segments_without_release_character_question_marks_are_text():
    assert elements("FTX+A?+B'", Marks(release="")) == [(("FTX",), ("A?",), ("B",))]


_TEXT = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.lists(_TEXT, min_size=1, max_size=3), min_size=1, max_size=4))
def test_segments_written_with_release_come_back(parts):
    def released(text):
        return "".join(f"?{mark}" if mark in "?:+'" else mark for mark in text)

    body = "+".join(":".join(released(text) for text in one) for one in parts)
    assert elements(f"FTX+{body}'") == [(("FTX",), *(tuple(one) for one in parts))]


@pytest.mark.parametrize(
    ("text", "code", "source"),
    [
        ("BGM+1'DTM+2", "convert.edifact_truncated", "segment 2"),
        ("BGM+1?'", "convert.edifact_truncated", "segment 1"),
        ("bgm+1'", "convert.edifact_syntax", "segment 1"),
        ("BGM+1'''", "convert.edifact_syntax", "segment 2"),
        ("B:GM'", "convert.edifact_syntax", "segment 1"),
        ("FTX+" + "x" * 9000 + "'", "convert.edifact_syntax", "segment 1"),
        ("BGM'" * (MAX_SEGMENTS + 1), "convert.too_large", "file"),
        ("BGM'FTX" + "+" * MAX_ELEMENTS + "'", "convert.too_large", "segment 2"),
        ("BGM'FTX+" + ":" * MAX_COMPONENTS + "'", "convert.too_large", "segment 2"),
        ("BGM'FTX?++" + ":" * MAX_COMPONENTS + "'", "convert.too_large", "segment 2"),
        (FULL * TOO_MANY, "convert.too_large", f"segment {TOO_MANY}"),
    ],
)
def test_segments_broken_syntax_names_the_segment(text, code, source):
    with pytest.raises(Broken) as broken:
        list(segments(text, MARKS))
    assert (broken.value.failure.code, broken.value.failure.source) == (code, source)


def test_segments_as_many_elements_and_components_as_may_be_are_read():
    (one,) = elements("FTX" + "+" * (MAX_ELEMENTS - 2) + "+" + ":" * (MAX_COMPONENTS - 1) + "'")
    assert (len(one), len(one[-1])) == (MAX_ELEMENTS, MAX_COMPONENTS)


def test_segments_released_marks_are_not_counted():
    assert elements(f"FTX+{'?+' * 200}{'?:' * 200}'") == [(("FTX",), ("+" * 200 + ":" * 200,))]


def test_read_marks_without_advice_are_the_usual_ones():
    assert read_marks(b"UNB+UNOA:1") == (MARKS, 0)


def test_read_marks_advice_is_followed():
    marks, begin = read_marks(b"UNA|*.! ~\nUNB*")
    assert (marks, begin) == (Marks("|", "*", "!", "~"), 9)


def test_read_marks_space_for_release_means_none():
    assert read_marks(b"UNA:+.  'UNB")[0] == Marks(release="")


@pytest.mark.parametrize("advice", [b"UNA::.? '", b"UNAA+.? '", b"UNA: .? '", b"UNA:+.?  "])
def test_read_marks_that_cannot_be_told_apart_are_refused(advice):
    with pytest.raises(Broken) as broken:
        read_marks(advice + b"UNB+UNOA")
    assert broken.value.failure.code == "convert.edifact_syntax"


def test_read_marks_too_large_a_file_is_refused():
    with pytest.raises(Broken) as broken:
        read_marks(b" " * (MAX_FILE_BYTES + 1))
    assert broken.value.failure.code == "convert.too_large"


@pytest.mark.parametrize(
    ("charset", "codec", "text"),
    [
        ("UNOC", "latin-1", "Gömrük"),
        ("UNOE", "iso8859-5", "Ташкент"),
        ("UNOY", "utf-8", "Daşoguz"),
        ("UNOW", "utf-8", "Ələt"),
    ],
)
def test_decode_character_set_of_the_header_is_used(charset, codec, text):
    raw = f"UNB+{charset}:3+A'FTX+{text}'"
    assert decode(raw.encode(codec), MARKS) == (raw, None)


@pytest.mark.parametrize("codec", ["utf-8", "cp1251"])
def test_decode_letters_beyond_unob_are_read_and_doubted(codec):
    text, remark = decode("UNB+UNOB:1+A'FTX+Ташкент'".encode(codec), MARKS)
    assert text.endswith("Ташкент'")
    assert (remark.concern, codec in remark.text) == ("doubtful", True)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"UNH+1'", "convert.edifact_envelope"),
        (b"", "convert.edifact_envelope"),
        (b"UNB+UNOZ:1'", "convert.charset"),
        (b"UNB+UNOY:1+\xff'", "convert.charset"),
        (b"UNB+UNOB:1+\x98\xff'", "convert.charset"),
    ],
)
def test_decode_no_text_of_a_known_set_is_refused(raw, code):
    with pytest.raises(Broken) as broken:
        decode(raw, MARKS)
    assert broken.value.failure.code == code


def test_take_a_component_notes_it_as_used():
    segment = Segment(4, (("LOC",), ("9",), ("AZALA", "139", "6"), ("",)))
    segment.take(1)
    segment.take(2)
    assert segment.unused() == ["2.2", "2.3"]


def test_take_code_expected_list_is_used_and_another_is_not():
    segment = Segment(4, (("LOC",), ("9",), ("AZALA", "139", "ZZZ")))
    assert segment.take_code(2, lists=("139", "6")).text == "AZALA"
    assert segment.unused() == ["1", "2.3"]


def test_take_all_joins_what_is_there():
    segment = Segment(4, (("FTX",), ("AAA",), (" one ", "", "two")))
    assert segment.take_all(2).text == "one two"
    assert segment.take_all(9) is None


def test_text_absent_component_is_empty():
    segment = Segment(4, (("CNI",),))
    assert (segment.text(1), segment.text(0, 3), segment.take(1)) == ("", "", None)
