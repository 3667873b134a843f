# ruff: noqa: RUF001
import pytest

from node.matching.legal_forms import EVERYDAY, FORM_GROUPS, PHRASES
from node.matching.spelling import sounds


@pytest.mark.parametrize(
    ("one", "other"),
    [("ООО", "MMC"), ("LLC", "MChJ"), ("ОАО", "ASC"), ("АО", "JSC"), ("СП", "QK"), ("ИП", "YaTT")],
)
def test_forms_of_one_group_are_one_in_any_language(one, other):
    assert FORM_GROUPS[sounds(one)[0]] == FORM_GROUPS[sounds(other)[0]]


def test_forms_of_different_groups_differ():
    assert FORM_GROUPS[sounds("MMC")[0]] != FORM_GROUPS[sounds("ASC")[0]]


def test_phrases_come_longest_first_so_that_the_whole_is_taken():
    lengths = [len(words) for words, _ in PHRASES]
    assert lengths == sorted(lengths, reverse=True)


@pytest.mark.parametrize(
    ("one", "other"), [("trade", "savdo"), ("logistics", "Логистика"), ("export", "экспорт")]
)
def test_everyday_words_that_say_one_thing_are_one(one, other):
    assert EVERYDAY[sounds(one)[0]] == EVERYDAY[sounds(other)[0]]


def test_everyday_words_are_no_legal_forms():
    assert not EVERYDAY.keys() & FORM_GROUPS.keys()
