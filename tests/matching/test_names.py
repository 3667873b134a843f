# ruff: noqa: RUF001
import pytest

from node.matching.names import name_keys, read_name


def heard(name):
    return [word[0] for word in name.words]


@pytest.mark.parametrize(
    ("written", "words", "form"),
    [
        ("ООО «Ромашка»", ["romaska"], "limited"),
        ("OOO Romashka LLC", ["romaska"], "limited"),
        ("Общество с ограниченной ответственностью Ромашка", ["romaska"], "limited"),
        ("Anadolu Dış Ticaret A.Ş.", ["anadolu", "dis", "tijaret"], "stock"),
        ("Ромашка", ["romaska"], ""),
        ("ООО", ["o"], ""),
        ("ООО МЧЖ", ["o", "mj"], ""),
        ("Hazar Tranzit Hojalyk Jemgyyeti", ["hazar", "tranzit"], "limited"),
    ],
)
def test_name_of_a_company_is_taken_apart(written, words, form):
    name = read_name(written)
    assert heard(name) == words
    assert name.form == form


def test_legal_form_in_the_middle_of_a_name_is_a_word_of_it():
    assert heard(read_name("Grand AK Saray Kafe Plus")) == ["grand", "ak", "sarai", "kafe", "plus"]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Məmmədov Elçin Hüseyn oğlu", ["mamadov", "eljin", "husein"]),
        ("Каримов Алишер Бахтиёрович", ["karimov", "aliser", "bahtor"]),
        ("Karimov A.B.", ["karimov", "a", "b"]),
        ("Иван Петрович", ["ivan", "petrovij"]),
    ],
)
def test_name_of_a_person_keeps_the_fathers_name_without_its_mark(written, words):
    assert heard(read_name(written, is_person=True)) == words


@pytest.mark.parametrize(
    ("written", "is_person", "is_thin"),
    [
        ("Araz MMC", False, True),
        ("Zarafshon MMC", False, False),
        ("Araz Kafe", False, False),
        ("Export Trade LLC", False, True),
        ("Ali Aliyev", True, True),
        ("Karimov A.B.", True, True),
        ("Karimov Alisher Bahodir oʻgʻli", True, False),
    ],
)
def test_thin_name_has_too_little_in_it_to_stand_alone(written, is_person, is_thin):
    name = read_name(written, is_person=is_person)
    assert name.is_thin is is_thin
    assert (name_keys(name) == ()) is is_thin


def test_keys_of_a_company_are_how_its_own_words_begin_and_end():
    assert name_keys(read_name("Zarafshon Tekstil MChJ")) == ("<srv", "vsn>")
    assert name_keys(read_name("Olot Ekspress")) == ("<alt", "alt>")


def test_keys_of_a_company_of_short_words_are_made_of_what_there_is():
    assert name_keys(read_name("Bo Ju")) != ()


def test_keys_of_a_person_are_each_two_of_the_words():
    keys = name_keys(read_name("Karimov Alisher Bahodir", is_person=True))
    assert keys == ("alsr+krmv", "krmv+pkdr", "alsr+pkdr")
