"""The one door for foreign files: which format it is, told by its content and never by its name.

Responsible for choosing the reader. Must not read a value itself.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, Literal

from node.convert.archive import OLE_MAGIC, ZIP_MAGIC
from node.convert.columns import is_known
from node.convert.conversion import Context, Conversion
from node.convert.csv_file import decode, header_of
from node.convert.cuscar import read_cuscar
from node.convert.table import MAX_TABLE_BYTES
from node.convert.table_reader import read_csv_table, read_xlsx_table
from node.convert.xml_reader import read_xml
from node.errors import CallerError

Format = Literal["csv", "xlsx", "cuscar", "xml"]

READERS: Final[Mapping[Format, Callable[[bytes, Context], Conversion]]] = MappingProxyType(
    {"csv": read_csv_table, "xlsx": read_xlsx_table, "cuscar": read_cuscar, "xml": read_xml}
)
"""Every format that is read, and its reader."""

_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_foreign(raw: bytes, context: Context) -> Conversion:
    """Read a file of any known format.

    Raises:
        CallerError: `convert.format_unknown`, or what its reader raises where nothing can be read.
    """
    found = detect(raw)
    if found is None:
        raise CallerError(
            "convert.format_unknown",
            "neither CSV with a known header, nor an Excel workbook, nor EDIFACT, nor XML",
            hint="docs/convert.md says what can be read",
        )
    return READERS[found](raw, context)


def detect(raw: bytes) -> Format | None:
    """Tell the format of a file by its first bytes, or CSV by its header; None for anything else."""
    if raw.startswith((ZIP_MAGIC, OLE_MAGIC)):
        return "xlsx"
    start = _beginning(raw)
    if start.startswith((b"UNA", b"UNB")):
        return "cuscar"
    if start.startswith(b"<"):
        return "xml"
    return "csv" if _has_header(raw) else None


def _beginning(raw: bytes) -> bytes:
    """Give the first bytes below marks, spaces and the zeros of UTF-16."""
    start = raw[:256]
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\0", b"").lstrip()


def _has_header(raw: bytes) -> bool:
    if _beginning(raw).startswith((b"{", b"[")):
        return False
    try:
        text, _ = decode(raw[:MAX_TABLE_BYTES])
    except CallerError:
        return False
    return any(map(is_known, header_of(text)))
