"""What a table need not say: members that follow from others, and the header from the options.

Responsible for filling in only what is sure, each time with a remark. Must not change a value.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from node.convert.columns import Column
from node.convert.conversion import Remark

_ORGANISATION: Final = "2"
_NATURAL_PERSON: Final = "1"
_OPTIONS: Final = {
    "/originator/unit": "option --unit",
    "/recipients": "option --to",
    "/handling/purpose": "option --purpose",
    "/handling/legal_basis": "option --legal-basis",
    "/valid_until": "option --valid-days",
    "/reference": "option --prefix",
    "/test": "option --test",
}


def fill_in(value: dict[str, Any], columns: Mapping[str, Column]) -> Iterator[tuple[str, str]]:
    """Fill in what other members imply; gives the pointer and the reason of each.

    A party's kind follows from whether it is a person; a place's country begins its UN/LOCODE.
    """
    for pointer, path, part in _parts(value):
        if f"{path}type_of_person" in columns and "type_of_person" not in part:
            if "person" in part:
                part["type_of_person"] = _NATURAL_PERSON
                yield f"{pointer}/type_of_person", "a natural person, because `person` is filled"
            elif "organisation" in part:
                part["type_of_person"] = _ORGANISATION
                yield f"{pointer}/type_of_person", "an organisation, because `organisation` is filled"
        if {f"{path}country", f"{path}locode"} <= columns.keys() and "country" not in part:
            locode = part.get("locode")
            if isinstance(locode, str) and locode:
                part["country"] = locode[:2]
                yield f"{pointer}/country", "the first two letters of the UN/LOCODE"


def with_header(
    value: dict[str, Any], header: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str], list[Remark]]:
    """Put the header from the options under a document: what the table says stays.

    Returns:
        The document, the option that each filled-in member comes from, and the remarks.
    """
    merged = _merged(value, header)
    places: dict[str, str] = {}
    remarks = []
    for name, default in header.items():
        for pointer in _missing(value, name, default):
            places[pointer] = _OPTIONS.get(pointer, "the options")
            remarks.append(Remark("defaulted", places[pointer], pointer, "not in the table"))
    return merged, places, remarks


def _merged(value: Mapping[str, Any], header: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(header) | dict(value)
    for name, default in header.items():
        if isinstance(default, dict) and isinstance(value.get(name), dict):
            merged[name] = _merged(value[name], default)
    return merged


def _missing(value: Mapping[str, Any], name: str, default: Any, above: str = "") -> Iterator[str]:
    """Give the pointers of the members that only the header has; a list counts as one member."""
    pointer = f"{above}/{name}"
    if isinstance(default, dict):
        inner = value.get(name, {})
        for member, one in default.items():
            yield from _missing(inner, member, one, pointer)
    elif name not in value:
        yield pointer


def _parts(value: Any, pointer: str = "", path: str = "") -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every object below a value, with its pointer and the beginning of its columns' paths."""
    if isinstance(value, dict):
        yield pointer, f"{path}." if path else "", value
        for name, member in tuple(value.items()):
            yield from _parts(member, f"{pointer}/{name}", f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _parts(member, f"{pointer}/{index}", f"{path}[]")
