"""A stranger's workbook is an archive of XML: looked through before anything unpacks it for use.

Responsible for the limits of the archive, and for what makes XML dangerous: document types,
entities, another encoding than was looked at. Must not read a value.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from node.convert.table import too_large
from node.errors import CallerError

ZIP_MAGIC: Final = b"PK"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_UNPACKED_BYTES: Final = 64 * 1_048_576  # 64 MiB, all parts of a workbook together
MAX_PARTS: Final = 1_000  # files in the archive
MAX_CELLS: Final = 500_000  # in all sheets; merged ranges count in full
MAX_SHEETS: Final = 100
MAX_ELEMENTS: Final = 3_000_000  # of XML in all parts: a cell is two or three
MAX_DEPTH: Final = 64  # elements in elements; a workbook has about a dozen
LAST_LINE: Final = 1_048_576  # of any sheet; Excel specifications and limits

_WORKBOOK: Final = "xl/workbook.xml"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Z]{1,3})\$?([0-9]{1,7}))?")
_HINT: Final = "save it again as an Excel workbook (.xlsx), or as CSV in UTF-8"

Area = tuple[int, int, int, int]


@dataclass(slots=True)
class Contents:
    """What was seen in a workbook.

    Attributes:
        has_formulas: somewhere in it.
        merged: by part, the areas of merged cells: first and last line from 1, column from 0.
    """

    has_formulas: bool = False
    merged: dict[str, list[Area]] = field(default_factory=dict)
    elements: int = 0
    cells: int = 0
    sheets: int = 0


def look_through(raw: bytes) -> Contents:
    """Look through every part of a workbook.

    Raises:
        CallerError: `convert.encrypted`, `convert.xls_old`, `convert.xlsx_malformed`,
            `convert.xlsx_hostile`, `convert.too_large`.
    """
    if raw.startswith(OLE_MAGIC):
        raise encrypted() if _ENCRYPTED in raw else _old()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return _look_at_parts(archive)
    # Also what zipfile raises for names, dates, methods and offsets that cannot be.
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError, LookupError):
        raise malformed("the archive is damaged") from None


def malformed(fact: str) -> CallerError:
    """Make the error of a file that is no workbook after all."""
    return CallerError("convert.xlsx_malformed", fact, hint=_HINT)


def encrypted() -> CallerError:
    """Make the error of a workbook with a password."""
    return CallerError("convert.encrypted", "it is protected by a password", hint="save it without one")


def _old() -> CallerError:
    return CallerError("convert.xls_old", "it is a workbook of Excel 97 to 2003 (.xls)", hint=_HINT)


def _look_at_parts(archive: zipfile.ZipFile) -> Contents:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise too_large(f"{len(parts)} parts in the archive, at most {MAX_PARTS} are read")
    if any(part.flag_bits & 1 for part in parts):
        raise encrypted()
    names = [part.filename for part in parts]
    if _WORKBOOK not in names or len(set(names)) < len(names):
        raise malformed("the archive holds no Excel workbook")
    contents = Contents()
    left = MAX_UNPACKED_BYTES
    for part in parts:
        with archive.open(part) as stream:  # what a part says of its own size may be a lie
            content = stream.read(left + 1)
        left -= len(content)
        if left < 0:
            raise too_large(f"more than {MAX_UNPACKED_BYTES} bytes when unpacked")
        if part.filename.endswith((".xml", ".rels", ".vml")):
            _look_at_xml(content, part.filename, contents)
    return contents


def _look_at_xml(content: bytes, name: str, contents: Contents) -> None:
    if b"\0" in content:  # UTF-16 or UTF-32, which no spreadsheet writes here
        raise CallerError("convert.xlsx_hostile", "a part is not in UTF-8", hint=_HINT)
    parser = DefusedXMLParser(target=_Looker(name, contents), forbid_dtd=True)
    try:
        parser.feed(content)
        parser.close()
    except DefusedXmlException:
        raise CallerError("convert.xlsx_hostile", "a part has a document type", hint=_HINT) from None
    except ParseError:
        raise malformed("a part is not well-formed XML") from None


class _Looker:
    """Looks at the beginning of each element; keeps nothing else."""

    def __init__(self, name: str, contents: Contents) -> None:
        self._name = name
        self._contents = contents
        self._line = 0
        self._depth = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Count a cell or a sheet, follow the lines, note a formula or a merged range."""
        self._enter()
        match tag.rpartition("}")[2]:
            case "c":
                self._count(1)
            case "row":
                self._go_to(attributes.get("r", ""))
            case "sheet":
                self._count_sheet()
            case "f":
                self._contents.has_formulas = True
            case "mergeCell":
                area = area_of(attributes.get("ref", ""))
                self._count((area[1] - area[0] + 1) * (area[3] - area[2] + 1))
                self._contents.merged.setdefault(self._name, []).append(area)
            case _:
                pass

    def end(self, _tag: str) -> None:
        """Leave an element."""
        self._depth -= 1

    def _enter(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise CallerError("convert.xlsx_hostile", "a part is nested without end", hint=_HINT)
        self._contents.elements += 1
        if self._contents.elements > MAX_ELEMENTS:
            raise too_large(f"more than {MAX_ELEMENTS} elements of XML")

    def _count_sheet(self) -> None:
        self._contents.sheets += 1
        if self._contents.sheets > MAX_SHEETS:
            raise too_large(f"more than {MAX_SHEETS} sheets")

    def _go_to(self, number: str) -> None:
        """Follow the lines: one out of order would be left out by the reader without a word."""
        line = int(number) if number.isascii() and number.isdigit() else self._line + 1
        if line <= self._line or line > LAST_LINE:
            raise malformed("the lines of a sheet are not in order")
        self._line = line

    def _count(self, cells: int) -> None:
        self._contents.cells += cells
        if self._contents.cells > MAX_CELLS:
            raise too_large(f"more than {MAX_CELLS} cells, merged ones counted in full")


def area_of(text: str) -> Area:
    """Read a range such as `A1:C3`: first and last line from 1, first and last column from 0.

    Raises:
        CallerError: `convert.xlsx_malformed`.
    """
    found = _RANGE.fullmatch(text)
    if found is None:
        raise malformed("a merged range cannot be read")
    columns = sorted(_number(found[one] or found[1]) for one in (1, 3))
    lines = sorted(int(found[one] or found[2]) for one in (2, 4))
    return lines[0], lines[1], columns[0], columns[1]


def _number(letters: str) -> int:
    number = 0
    for one in letters:
        number = number * 26 + ord(one) - ord("A") + 1
    return number - 1
