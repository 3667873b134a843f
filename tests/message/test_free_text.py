import pytest

from node.message.free_text import is_vague, nominal_sign


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("write to somebody@example.org today", "looks like an e-mail address"),
        ("call +998 00 663 8874 at night", "looks like a telephone number"),
        ("holder of passport No AA1234567", "looks like a passport number"),
        ("\u043f\u0430\u0441\u043f\u043e\u0440\u0442 AA1234567", "looks like a passport number"),
        ("the owner is Mr. Nobody", "looks like the name of a person"),
        ("\u0433\u0440-\u043d \u041d\u0435\u043a\u0442\u043e", "looks like the name of a person"),
    ],
)
def test_nominal_sign_in_text_with_personal_data_says_which(text, sign):
    assert nominal_sign(text) == sign


@pytest.mark.parametrize(
    "text", ["Fresh grapes, 20 kg cartons", "Invoice 2026/118", "Seal AZ7324003 replaced", ""]
)
def test_nominal_sign_in_plain_text_is_empty(text):
    assert nominal_sign(text) == ""


@pytest.mark.parametrize(
    "text", ["General Cargo", "spare-parts", "GOODS", "\u0422\u043e\u0432\u0430\u0440\u044b"]
)
def test_vague_description_is_recognised(text):
    assert is_vague(text)


def test_vague_word_inside_a_real_description_is_not():
    assert not is_vague("Spare parts for cotton harvesters, brake linings")
