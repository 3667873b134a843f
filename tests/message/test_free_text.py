import re
from pathlib import Path

import pytest

from node.message.free_text import is_vague, nominal_sign
from tests.message.sentences import NOMINAL, PLAIN

PAGE = re.sub(r"\s+", " ", (Path(__file__).parents[2] / "docs" / "codes.md").read_text("utf-8"))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("write to somebody@example.org today", "looks like an e-mail address"),
        ("call +998 00 663 8874 at night", "looks like a telephone number"),
        ("holder of passport No AA1234567", "looks like the number of an identity document"),
        (
            "\u043f\u0430\u0441\u043f\u043e\u0440\u0442 AA1234567",
            "looks like the number of an identity document",
        ),
        ("born 12.03.1985 in Mary", "looks like a date of birth"),
        ("the owner is Mr. Nobody", "looks like the name of a person"),
        ("Ivan Petrovich signed", "looks like the name of a person"),
    ],
)
def test_nominal_sign_in_text_with_personal_data_says_which(text, sign):
    assert nominal_sign(text) == sign


def test_nominal_sign_in_no_text_is_empty():
    assert nominal_sign("") == ""


def test_nominal_sign_has_the_precision_and_recall_that_the_handbook_gives():
    found = sum(nominal_sign(text) != "" for text in NOMINAL)
    false = sum(nominal_sign(text) != "" for text in PLAIN)
    precision, recall = found / (found + false), found / len(NOMINAL)
    assert f"precision {precision:.2f}, recall {recall:.2f}" in PAGE
    assert f"{len(NOMINAL)} sentences with a person and {len(PLAIN)} without" in PAGE
    assert precision >= 0.95
    assert recall >= 0.9


def test_nominal_sign_of_a_long_text_takes_no_time():
    for text in ("A. " * 700, "8 (" * 700, "born " * 400, "Aaaa " * 400, "1 " * 1000, "A" * 2048):
        assert isinstance(nominal_sign(text), str)


@pytest.mark.parametrize(
    "text", ["General Cargo", "spare-parts", "GOODS", "\u0422\u043e\u0432\u0430\u0440\u044b"]
)
def test_vague_description_is_recognised(text):
    assert is_vague(text)


def test_vague_word_inside_a_real_description_is_not():
    assert not is_vague("Spare parts for cotton harvesters, brake linings")
