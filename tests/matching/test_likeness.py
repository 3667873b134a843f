# ruff: noqa: RUF001
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.matching.likeness import ALIKE, likeness
from node.matching.names import read_name

WORDS = st.sampled_from(
    [
        *("Xəzər", "Хазар", "Khazar", "Logistika", "Логистика", "Savdo", "Tekstil"),
        *("Zarafshon", "Зарафшан", "MMC", "ООО", "LLC", "Aliyev"),
    ]
)
NAMES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


def alike(one, other, **more):
    return likeness(read_name(one, **more), read_name(other, **more))


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("ООО «Ромашка»", "OOO Romashka LLC", 100),
        ("Xəzər Logistika MMC", "ООО Хазар Логистика", 100),
        ("Khazar Logistics LLC", "Xəzər Logistika MMC", 95),
        ("Zarafshon Tekstil MChJ", "Zarafshan Textile LLC", 95),
        ("Logistics Khazar", "Khazar Logistics", 100),
        ("Samarqand Meva Eksport", "Самарканд Мева Экспорт", 100),
        ("Toshkent Savdo MChJ", "Ташкент Трейд", 94),
        ("Ipak Yoli MChJ", "Ipakyoli MChJ", 97),
        ("Qafqaz Metal ASC", "Гафгаз Металл ОАО", 95),
        ("Xezer Logistika", "Xezer", 90),
        ("Romashka MMC", "Romashka ASC", 96),
        ("Romashka", "Romaschka", 95),
        ("Petrogradnefteprodukt", "Petrogradnafteproduct", 86),
        ("Petrograd", "Betrogrod", 86),
        ("Zarafshon", "Zaraftshon", 90),
        ("Romanovka", "Romadovka", 90),
        ("Karadeniz Tras MMC", "Karadeniz Trans MMC", 90),
    ],
)
def test_companies_that_are_one_are_alike(one, other, least):
    assert alike(one, other) >= max(least, ALIKE)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zarafshon Tekstil MChJ", "Zarafshon Savdo MChJ"),
        ("Zarafshon Tekstil MChJ", "Zarafshon Tekstil Buxoro Merkez MChJ"),
        ("Araz", "Aras Kafe Bahor"),
        ("Romashka", "Vasilek"),
        ("Xəzər Logistika", "Logistika Servis"),
        ("«»", "Romashka"),
    ],
)
def test_companies_that_are_two_are_not_alike(one, other):
    assert alike(one, other) < ALIKE


@pytest.mark.parametrize(
    ("one", "other", "is_alike"),
    [
        ("Məmmədov Elçin Hüseyn oğlu", "Мамедов Эльчин Гусейнович", True),
        ("Karimov A.B.", "Каримов Алишер Бахтиёрович", True),
        ("Yusupov Gani", "Юсупов Гани Каримович", True),
        ("Aliyev Vali", "Valiyev Ali", False),
        ("A. B.", "Aliyev Bahrom", False),
        ("Rahimov Ali", "Rahmonov Ali", False),
        ("Karimov Anvar", "Karimov Botir", False),
    ],
)
def test_people_are_alike_by_all_their_names(one, other, is_alike):
    assert (alike(one, other, is_person=True) >= ALIKE) is is_alike


def test_company_and_person_of_one_name_are_not_compared():
    assert likeness(read_name("Karimov Ali"), read_name("Karimov Ali", is_person=True)) == 0


@given(NAMES, NAMES)
@settings(max_examples=150)
def test_likeness_is_symmetric_and_within_a_hundred(one, other):
    assert alike(one, other) == alike(other, one)
    assert 0 <= alike(one, other) <= 100
    assert alike(one, one) == 100
