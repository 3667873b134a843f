"""Code lists, schemas, the log and the program itself.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from collections.abc import Mapping
from typing import Any

from node.client.models.base import Model


class CodeListItem(Model):
    """A code list, or one loaded edition of it."""

    name: str
    kind: str
    edition: str
    codes: int
    source: str
    imported_at: str | None
    replaced: bool


class CodeItem(Model):
    """One code."""

    code: str
    name: str
    valid_from: str | None
    valid_until: str | None


class CodeDetail(CodeItem):
    """One code with what stands above it and directly below it."""

    code_list: str
    edition: str
    above: tuple[CodeItem, ...]
    below: tuple[CodeItem, ...]


class SchemaItem(Model):
    """One type and edition of a document."""

    type: str
    title: str
    description: str
    id: str
    href: str


class Schemas(Model):
    """Every type of document that this node takes."""

    items: tuple[SchemaItem, ...]


class LogEntry(Model):
    """One entry; its members are those of schemas/README.md, section 1."""

    index: int
    at: str
    kind: str
    leaf: str
    raw: str
    entry: Mapping[str, Any]
