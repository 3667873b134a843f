"""Attachment: a photo, a scan or a paper that belongs to a document.

Responsible for the description by which the recipient knows the file, and for which files travel with
a document. Must not hold a file: it travels by its own way, and its hash here is what proves it is the
one meant.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from node.limits import MAX_ATTACHMENT_BYTES
from node.message.faults import Fault
from node.message.fields import MediaType, Part, Sha256, Text256, Text2048, element
from node.reference.risk_codes import AttachmentKind

_MAX_DESCRIBED_BYTES = 2**40
"""Largest file that can be described, 1 TiB; one that travels with the document is smaller."""


class Attachment(Part):
    """A file that belongs to the document, named by its hash and sent by its own way."""

    kind: Annotated[AttachmentKind, element(None, "an..8", "What the file is.")]
    file_name: Annotated[Text256, element(None, "an..256", "Name of the file.")]
    media_type: Annotated[MediaType, element(None, "an..70", "Media type.")]
    size_bytes: Annotated[
        int, Field(ge=1, le=_MAX_DESCRIBED_BYTES), element(None, "n..13", "Size in bytes.")
    ]
    sha256: Annotated[Sha256, element(None, "an64", "SHA-256 of the file, hexadecimal.")]
    uri: Annotated[Text2048 | None, element(None, "an..2048", "Where it can be fetched.")] = None
    description: Annotated[Text256 | None, element(None, "an..256", "What it shows.")] = None


Attachments = Annotated[
    tuple[Attachment, ...],
    Field(max_length=9),
    element(None, "Attachment", "Files that belong to it."),
]


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels with a message: what its journey needs of the description.

    Attributes:
        number: its place among the document's attachments, from 1.
        sha256: hexadecimal.
        pointer: to the description, within the document.
    """

    number: int
    sha256: str
    size_bytes: int
    pointer: str


def enclosures(document: object) -> tuple[Enclosure, ...]:
    """Give the files that travel with a document: its attachments without a `uri` of their own."""
    inner = getattr(document, "document", document)
    start = "/attachments" if inner is document else "/document/attachments"
    return tuple(
        Enclosure(number, one.sha256, one.size_bytes, f"{start}/{number - 1}")
        for number, one in enumerate(descriptions(document), start=1)
        if one.uri is None
    )


def attachment_faults(document: object) -> Iterator[Fault]:
    """Give a fault for each file that is to travel with a document and is too large for it."""
    for file in enclosures(document):
        if file.size_bytes > MAX_ATTACHMENT_BYTES:
            yield Fault(
                f"{file.pointer}/size_bytes",
                "rule.attachment_size",
                f"at most {MAX_ATTACHMENT_BYTES} bytes, unless it is fetched from a uri",
            )


def descriptions(document: object) -> tuple[Attachment, ...]:
    """Give every attachment of a document; of an amendment, those of the version it brings."""
    inner = getattr(document, "document", document)
    described: tuple[Attachment, ...] = getattr(inner, "attachments", ())
    return described
