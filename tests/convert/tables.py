"""Small tables for the tests of this package: a notice in one line, spoilt as each test wants."""

import csv
import io
import zipfile
from datetime import UTC, datetime

from openpyxl import Workbook

from node.convert.conversion import Context

NOW = datetime(2026, 11, 24, 6, tzinfo=UTC)
CONTEXT = Context("AZ-SCC", "PCU-ALYAT", "AZ", ("TM-SCS",), NOW, is_test=True)

LINE = {
    "reference": "AZ-PAN-1",
    "eta": "2026-11-25T03:30:00Z",
    "office": "TM001004",
    "mode": "1",
    "means": "9123453",
    "means_type": "10",
    "voyage": "QU-412",
    "combined_mode": "12",
    "wagon": "24512345",
    "wagon_type": "20",
    "carrier": "Xezer Logistika MMC",
    "gross_total": "1500.5",
    "bill": "SMGS-1",
    "bill_type": "N722",
    "in_container": "0",
    "loading": "AZALA",
    "unloading": "TMKRW",
    "exportation": "AZ",
    "destination": "TM",
    "consignor": "Baku Textil MMC",
    "consignee": "Mary Pagta HJ",
    "description": "Cotton yarn on cones",
    "hs_code": "520512",
    "gross_mass": "1500.5",
    "packages": "40",
    "package_type": "CT",
}
"""A whole notice under short names."""


def notice_lines(*changes):
    """Give lines of a notice; each change is a line that differs from the whole one."""
    return [{**LINE, **change} for change in changes or ({},)]


def as_csv(lines, *, separator=",", encoding="utf-8"):
    header = list(dict.fromkeys(name for line in lines for name in line))
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=separator)
    writer.writerow(header)
    writer.writerows([line.get(name, "") for name in header] for line in lines)
    return stream.getvalue().encode(encoding)


def workbook(lines, *, change=None):
    """Write lines as a workbook; `change` gets the book and its sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    header = list(dict.fromkeys(name for line in lines for name in line))
    sheet.append(header)
    for line in lines:
        sheet.append([line.get(name) for name in header])
    if change is not None:
        change(book, sheet)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(raw, changes, *, leave_out=()):
    """Write an archive again with some parts replaced; a value may be made of the old content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            if name in leave_out:
                continue
            content = old.read(name)
            change = changes.get(name, content)
            new.writestr(name, change(content) if callable(change) else change)
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return stream.getvalue()


def failures(conversion):
    """Give what failed, as source and code."""
    own = [(one.source, one.code) for one in conversion.failures]
    return own + [(one.source, one.code) for draft in conversion.drafts for one in draft.failures]


def remarks(conversion, concern):
    """Give the remarks of one concern, as source and text."""
    found = [*conversion.remarks, *(one for draft in conversion.drafts for one in draft.remarks)]
    return [(one.source, one.text) for one in found if one.concern == concern]
