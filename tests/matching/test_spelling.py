# ruff: noqa: RUF001  letters that look like others are the point of it
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.matching.spelling import rough, sounds


@pytest.mark.parametrize(
    "spellings",
    [
        "Ромашка Romashka Romaşka",
        "Шохрух Shohruh Shokhrukh Shoxrux Şohruh",
        "Чинар Çinar Chinar",
        "Джавид Javid Dzhavid",
        "Юсупов Yusupov Ýusupow Yusupoff",
        "Ёлкин Yolkin",
        "Аманов Amanow Amanov",
        "Ғани Gani Ghani Gʻani G'ani",
        "Қодир Qodir Kodir",
        "Экспорт Eksport Export",
        "Текстиль Tekstil",
        "Щукин Shchukin Sukin",
        "Мəммəд Məmməd Mammad Mamad",
        "Жуков Zhukov Žukow",
    ],
)
def test_spellings_of_one_word_sound_alike(spellings):
    heard = [set(sounds(word)) for word in spellings.split()]
    assert set.intersection(*heard)


@pytest.mark.parametrize(
    ("word", "heard"),
    [
        ("Cavid", ("javid", "kavid")),
        ("Caspian", ("jaspan", "kaspan")),
        ("Center", ("jenter", "senter")),
        ("Xəzər", ("hazar",)),
        ("Əli", ("ali",)),
        ("«»", ("",)),
        ("№5", ("no5",)),
    ],
)
def test_word_with_c_may_sound_in_two_ways_any_other_in_one(word, heard):
    assert sounds(word) == heard


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Гусейнов", "Huseynov"),
        ("Мамедов", "Mammadov"),
        ("Хасан", "Гасан"),
        ("Гаджиев", "Hajiyev"),
        ("Касумов", "Qasımov"),
    ],
)
def test_rough_sound_is_one_where_sounds_are_taken_for_each_other(one, other):
    assert rough(sounds(one)[0]) == rough(sounds(other)[0])


def test_rough_sound_keeps_apart_what_begins_with_another_consonant():
    assert rough("") == ""
    assert rough("romaska") != rough("lomaska")


@given(st.text(max_size=20))
@settings(max_examples=200)
def test_sounds_do_not_depend_on_case(word):
    assert sounds(word.upper()) == sounds(word.upper().lower())


@given(st.text("абвгджзиклмнопрстуфхчш", min_size=1, max_size=12))
@settings(max_examples=100)
def test_cyrillic_word_has_one_sound_in_plain_letters_and_none_of_them_twice(word):
    (heard,) = sounds(word)
    assert heard.isascii()
    assert "c" not in heard
    assert all(one != other for one, other in pairwise(heard))
