import re

from node.message import document  # noqa: F401 - every form is registered once the models are there
from node.reference.forms import FORMS, form


def test_form_is_registered_with_its_words_and_given_back():
    pattern = "^only-in-this-test$"
    assert form(pattern, "words") == pattern
    assert FORMS.pop(pattern) == "words"


def test_forms_are_patterns_from_end_to_end_with_words():
    for pattern, words in FORMS.items():
        re.compile(pattern)
        assert pattern.startswith("^")
        assert pattern.endswith("$")
        assert words
