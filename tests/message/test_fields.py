from datetime import UTC, datetime
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from node.message.fields import Amount, Mass, MemberPointer, Part, Text35, Utc, element


class Sample(Part):
    """A sample."""

    needed: Annotated[Text35, element("D026", "an..35", "Needed.", examples=["x"])]
    maybe: Annotated[Text35 | None, element(None, "an..35", "Maybe.", wco_class="1A")] = None
    inner: Annotated["Sample | None", element(None, "Sample", "Inner.")] = None


def accepts(kind, text):
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


def test_part_optional_member_may_be_left_out():
    assert Sample.model_validate_json('{"needed": "a"}').maybe is None


@pytest.mark.parametrize("member", ["maybe", "inner"])
def test_part_optional_member_must_not_be_null(member):
    with pytest.raises(ValidationError):
        Sample.model_validate_json(f'{{"needed": "a", "{member}": null}}')


def test_part_unknown_member_is_refused():
    with pytest.raises(ValidationError):
        Sample.model_validate_json('{"needed": "a", "other": 1}')


def test_part_is_frozen():
    part = Sample.model_validate_json('{"needed": "a"}')
    with pytest.raises(ValidationError):
        part.needed = "b"


def test_part_error_does_not_show_the_input():
    with pytest.raises(ValidationError) as refused:
        Sample.model_validate_json('{"needed": {"name": "secret"}}')
    assert "secret" not in str(refused.value)


def test_element_describes_the_member_in_the_schema():
    schema = Sample.model_json_schema()["$defs"]["Sample"]["properties"]
    assert schema["needed"] | {"pattern": ""} == {
        "title": "Needed",
        "type": "string",
        "minLength": 1,
        "maxLength": 35,
        "pattern": "",
        "description": "Needed.",
        "examples": ["x"],
        "x-format": "an..35",
        "x-wco-id": "D026",
    }
    assert schema["maybe"]["x-wco-class"] == "1A"
    assert "x-format" not in schema["inner"]


def test_utc_is_read_as_an_aware_instant():
    moment = TypeAdapter(Utc).validate_json('"2026-11-24T06:00:00Z"')
    assert moment == datetime(2026, 11, 24, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T06:00:00",
        "2026-11-24T06:00:00+00:00",
        "2026-11-24 06:00:00Z",
        "2026-11-24T06:00:00.0Z",
        "2026-11-24T06:00:60Z",
        "2026-11-24T24:00:00Z",
        "2026-13-01T00:00:00Z",
        "1700000000",
    ],
)
def test_utc_in_another_spelling_is_refused(text):
    assert not accepts(Utc, text)


def test_utc_schema_is_a_date_time():
    assert TypeAdapter(Utc).json_schema()["format"] == "date-time"


@pytest.mark.parametrize("text", ["0", "1", "9999999999.999999", "0.5", "21450.50"])
def test_mass_decimal_is_accepted(text):
    assert accepts(Mass, text)


@pytest.mark.parametrize("text", ["", "-1", "01", "1.", ".5", "1,5", "1e3", "10000000000", "1\n"])
def test_mass_otherwise_is_refused(text):
    assert not accepts(Mass, text)


@pytest.mark.parametrize(("text", "is_right"), [("1234.567", True), ("1.2345", False)])
def test_amount_has_at_most_three_decimals(text, is_right):
    assert accepts(Amount, text) is is_right


@pytest.mark.parametrize("hidden", ["\n", "\x00", "\x9f", "\u202e", "\u200b", "\ufeff"])
def test_member_pointer_with_hidden_character_is_refused(hidden):
    assert not accepts(MemberPointer, f"/seals{hidden}/0")


@pytest.mark.parametrize(
    ("text", "is_right"), [("", True), ("/a~1b/0", True), ("a", False), ("/~2", False)]
)
def test_member_pointer_follows_rfc_6901(text, is_right):
    assert accepts(MemberPointer, text) is is_right


@pytest.mark.parametrize("text", ["a\u0000", "\u202ea", "a\u200bb", "a\u0085", "\ufeffa", "a\n"])
def test_text_with_hidden_characters_is_refused(text):
    assert not accepts(Text35, text)


@pytest.mark.parametrize("text", ["Bak\u0131", "\u0422\u0443\u0440\u043a\u043c\u0435\u043d", "a b"])
def test_text_of_any_alphabet_is_accepted(text):
    assert accepts(Text35, text)
