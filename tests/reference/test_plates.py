import pytest

from node.reference.plates import plate_doubt


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("10-AB-123", "AZ"),
        ("AB-123-CD", "GE"),
        ("ABC-123", "GE"),
        ("12 \u0628 345 67", "IR"),
        ("123 ABC 02", "KZ"),
        ("123 AB 02", "KZ"),
        ("\u0410 123 \u0412\u0421 77", "RU"),
        ("A123BC177", "RU"),
        ("AB 12 34 AG", "TM"),
        ("34 ABC 123", "TR"),
        ("06 A 1234", "TR"),
        ("01 A 123 BC", "UZ"),
        ("01 123 ABC", "UZ"),
        ("anything", "CN"),
        ("10-AB-123", None),
    ],
)
def test_plate_usual_or_country_unknown_raises_no_doubt(text, country):
    assert plate_doubt(text, country) == ""


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("AB-10-123", "AZ"),
        ("A-123-CD", "GE"),
        ("12 345 67", "IR"),
        ("12 ABC 02", "KZ"),
        ("123 ABC 99", "KZ"),
        ("D 123 ZZ 77", "RU"),
        ("AB 12 34 XX", "TM"),
        ("99 ABC 123", "TR"),
        ("A 01 123 BC", "UZ"),
    ],
)
def test_plate_unusual_is_doubted_with_the_usual_form(text, country):
    reason = plate_doubt(text, country)
    assert reason.startswith(f"not the usual form of a plate of {country}: ")
    assert text not in reason
