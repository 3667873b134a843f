"""Attachment: a photo, a scan or a paper that belongs to a document.

Responsible for the description by which the recipient knows the file. Must not hold the file: it
travels by its own way, and its hash here is what proves it is the one meant.
"""

from typing import Annotated

from pydantic import Field

from node.limits import MAX_ATTACHMENT_BYTES
from node.message.fields import MediaType, Part, Sha256, Text256, Text2048, element
from node.reference.risk_codes import AttachmentKind


class Attachment(Part):
    """A file that belongs to the document, named by its hash and sent by its own way."""

    kind: Annotated[AttachmentKind, element(None, "an..8", "What the file is.")]
    file_name: Annotated[Text256, element(None, "an..256", "Name of the file.")]
    media_type: Annotated[MediaType, element(None, "an..70", "Media type.")]
    size_bytes: Annotated[
        int, Field(ge=1, le=MAX_ATTACHMENT_BYTES), element(None, "n..8", "Size in bytes.")
    ]
    sha256: Annotated[Sha256, element(None, "an64", "SHA-256 of the file, hexadecimal.")]
    uri: Annotated[Text2048 | None, element(None, "an..2048", "Where it can be fetched.")] = None
    description: Annotated[Text256 | None, element(None, "an..256", "What it shows.")] = None


Attachments = Annotated[
    tuple[Attachment, ...],
    Field(max_length=9),
    element(None, "Attachment", "Files that belong to it."),
]
