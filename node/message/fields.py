"""The building blocks of every document: the frozen part, the formats, the described element.

Responsible for how one member is written on the wire and how it is described in the published
schema. Must not know any particular document.

Formats use the customs notation: `an..35` is up to 35 characters, `a2` exactly two letters,
`n..16,6` up to 16 digits of which 6 decimals. Decimals are JSON strings: no two readers round
them differently, and a document stays within the canonical profile (no floats).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic.types import StringConstraints
from pydantic_core import CoreSchema, core_schema

from node.reference.dangerous_goods import UN_NUMBER_FORM, UN_NUMBERS
from node.reference.forms import form
from node.reference.harmonized import HARMONIZED
from node.reference.offices import OFFICE_FORM, OFFICES

# Controls and the characters that reorder or hide text on a screen: an officer must see
# what was sent. Written so that Rust's, Python's and ECMAScript's engines agree.
_HIDDEN = "\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
_PRINTABLE = form(f"^[^{_HIDDEN}]+$", "printable text without control or direction characters")
_REFERENCE = form(
    "^[A-Za-z0-9][A-Za-z0-9._/-]{0,34}$",
    "up to 35 letters, digits and . _ / - beginning with a letter or digit, no spaces",
)
_AUTHORITY = form(
    "^[A-Z]{2}-[A-Z0-9]{2,12}$", "an authority id: country, hyphen, 2 to 12 capitals or digits"
)
_UNIT = form("^[A-Z0-9][A-Z0-9-]{0,34}$", "up to 35 capitals, digits and hyphens")
_PLACE_CODE = form("^[A-Z]{2}[A-Z0-9]{3,15}$", "UN/LOCODE, with an optional office code after it")
_UCR = form("^[A-Z0-9()/ .-]{1,35}$", "up to 35 capitals, digits and ( ) / . - without lower case")
_MASS = form(
    "^(0|[1-9][0-9]{0,9})([.][0-9]{1,6})?$",
    "a decimal in a string: up to 10 digits, a point, up to 6 decimals",
)
_AMOUNT = form(
    "^(0|[1-9][0-9]{0,12})([.][0-9]{1,3})?$",
    "a decimal in a string: up to 13 digits, a point, up to 3 decimals",
)
_HS = form("^[0-9]{4}([0-9]{2})?$", "an HS code of 6 digits (4 where no more is known)")
_NATIONAL_HS = form("^[0-9]{8}([0-9]{2})?$", "a national commodity code of 8 or 10 digits")
_CUS = form("^[0-9]{7}-[0-9]$", "a CUS number: 7 digits, hyphen, digit")
_LEI = form("^[A-Z0-9]{18}[0-9]{2}$", "an LEI: 18 capitals or digits and two check digits")
_HS_EDITION = form("^20[0-9]{2}$", "the year of an HS edition")
_POINTER = form(
    f"^(/([^~/{_HIDDEN}]|~[01])*)*$",
    "a JSON Pointer (RFC 6901) without control or direction characters",
)
_SHA256 = form("^[0-9a-f]{64}$", "64 lower-case hexadecimal digits")
_MEDIA_TYPE = form("^[a-z]+/[A-Za-z0-9.+-]{1,64}$", "a media type such as image/jpeg")
_INSTANT = form(
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
    "UTC to the second: YYYY-MM-DDThh:mm:ssZ",
)


class _UtcSecond:
    """An instant in exactly one spelling, checked without leaving the compiled validator."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.chain_schema(
            [
                core_schema.str_schema(pattern=_INSTANT),
                core_schema.datetime_schema(strict=False, tz_constraint=0),
            ]
        )

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {**handler(schema), "format": "date-time"}


Utc = Annotated[datetime, _UtcSecond()]

Text35 = Annotated[str, StringConstraints(min_length=1, max_length=35, pattern=_PRINTABLE)]
Text70 = Annotated[str, StringConstraints(min_length=1, max_length=70, pattern=_PRINTABLE)]
Text256 = Annotated[str, StringConstraints(min_length=1, max_length=256, pattern=_PRINTABLE)]
Text512 = Annotated[str, StringConstraints(min_length=1, max_length=512, pattern=_PRINTABLE)]
Text2048 = Annotated[str, StringConstraints(min_length=1, max_length=2048, pattern=_PRINTABLE)]
Code3 = Annotated[str, StringConstraints(min_length=1, max_length=3, pattern=_PRINTABLE)]
Code4 = Annotated[str, StringConstraints(min_length=1, max_length=4, pattern=_PRINTABLE)]
Code10 = Annotated[str, StringConstraints(min_length=1, max_length=10, pattern=_PRINTABLE)]
Code17 = Annotated[str, StringConstraints(min_length=1, max_length=17, pattern=_PRINTABLE)]

ReferenceNumber = Annotated[str, StringConstraints(pattern=_REFERENCE)]
AuthorityId = Annotated[str, StringConstraints(pattern=_AUTHORITY)]
UnitId = Annotated[str, StringConstraints(pattern=_UNIT)]
OfficeCode = Annotated[str, StringConstraints(pattern=OFFICE_FORM), OFFICES]
PlaceCode = Annotated[str, StringConstraints(pattern=_PLACE_CODE)]
Ucr = Annotated[str, StringConstraints(pattern=_UCR)]
Mass = Annotated[str, StringConstraints(pattern=_MASS)]
Amount = Annotated[str, StringConstraints(pattern=_AMOUNT)]
HsCode = Annotated[str, StringConstraints(pattern=_HS), HARMONIZED]
NationalCode = Annotated[str, StringConstraints(pattern=_NATIONAL_HS)]
CusNumber = Annotated[str, StringConstraints(pattern=_CUS)]
UnNumber = Annotated[str, StringConstraints(pattern=UN_NUMBER_FORM), UN_NUMBERS]
Lei = Annotated[str, StringConstraints(pattern=_LEI)]
HsEdition = Annotated[str, StringConstraints(pattern=_HS_EDITION)]
Mrn = Annotated[str, StringConstraints(min_length=18, max_length=24, pattern=_PRINTABLE)]
MemberPointer = Annotated[str, StringConstraints(max_length=512, pattern=_POINTER)]
Sha256 = Annotated[str, StringConstraints(pattern=_SHA256)]
MediaType = Annotated[str, StringConstraints(max_length=70, pattern=_MEDIA_TYPE)]
Ordinal = Annotated[int, Field(ge=1, le=99_999)]
Count = Annotated[int, Field(ge=0, le=99_999_999)]


def _members(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Find the members of a model's core schema, below whatever wraps them."""
    while schema["type"] != "model-fields":
        schema = schema["schema"]
    members: dict[str, Any] = schema["fields"]
    return members


class Part(BaseModel):
    """A frozen group of members. Unknown members are refused; absent is absent, never null."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        hide_input_in_errors=True,
        allow_inf_nan=False,
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Refuse null, which would be a second spelling of absence; stop at a list's first fault.

        Without the stop, a quarter megabyte of wrong entries costs seconds of error building:
        one message could hold up all others.
        """
        schema = handler(source)
        for member in _members(handler.resolve_ref_schema(schema)).values():
            holder = member["schema"] if member["schema"]["type"] == "default" else member
            if holder["schema"]["type"] == "nullable":
                holder["schema"] = holder["schema"]["schema"]
            if holder["schema"]["type"] == "tuple":
                holder["schema"]["fail_fast"] = True
        return schema


def element(wco_id: str | None, form_: str, meaning: str, **more: Any) -> FieldInfo:
    """Describe a member: WCO Data Model id (text, never a number), format, meaning.

    Args:
        wco_id: id of the element or class, such as `D026`; None where the model has none.
        form_: the format in customs notation; or the name of a part, which the schema refers to.
        meaning: one line that says what the member means and in what unit.
        **more: further `x-` members for the published schema; `examples` is a list.
    """
    extra: dict[str, Any] = {} if form_[0].isupper() else {"x-format": form_}
    if wco_id is not None:
        extra["x-wco-id"] = wco_id
    examples = more.pop("examples", None)
    extra.update({f"x-{name.replace('_', '-')}": value for name, value in more.items()})
    info: FieldInfo = Field(description=meaning, examples=examples, json_schema_extra=extra)
    return info
