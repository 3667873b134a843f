"""XML of foreign systems: bytes become nodes, each with its path, its line and whether it was used.

Responsible for reading XML safely: no document type, so no entities of its own and nothing fetched;
no inclusion; limits on size, depth and number. Must not know any message.

Names are compared without regard to case: editions differ there (`UNLOCODE`, `UNLocode`) and in
nothing else. An element of another namespace than the root's has a name nobody asks for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from node.convert.conversion import Failure
from node.convert.drafting import Drafting, Found

MAX_XML_BYTES = 16_777_216  # 16 MiB: the largest filings have a few
MAX_XML_DEPTH = 32  # nested elements; the schemas need ten
MAX_XML_NODES = 100_000  # elements and attributes
MAX_XML_TEXT = 65_536  # characters in one element; the schemas allow a few hundred

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}", re.ASCII)
_PLACE_IN_LIST = re.compile(r"\[[0-9]+\]")
_COUNTED = ("sequencenumber", "goodsitemnumber")
"""Members that only repeat the place of their group among its like."""


@dataclass(slots=True, eq=False)
class Node:
    """An element or attribute.

    Attributes:
        name: in small letters, without namespace; an attribute begins with `@`.
        path: as written, from the root; `[2]` is the second of its name.
        position: among those of its name, from 1.
        named: the children once more, by name: a file must not make us search it again and again.
    """

    name: str
    path: str
    line: int
    position: int = 1
    text: str = ""
    children: list["Node"] = field(default_factory=list)
    named: dict[str, list["Node"]] = field(default_factory=dict)
    is_used: bool = False

    @property
    def source(self) -> str:
        """Where it stands, for a person."""
        return f"{self.path}, line {self.line}"

    def walk(self, *steps: str) -> Iterator["Node"]:
        """Give the nodes that the steps lead to, in order, one by one."""
        if not steps:
            yield self
            return
        for child in self.named.get(steps[0], ()):
            yield from child.walk(*steps[1:])

    def all(self, *steps: str) -> list["Node"]:
        """Give the nodes that the steps lead to, in order."""
        return list(self.walk(*steps))

    def first(self, *steps: str) -> "Node | None":
        """Give the first node that the steps lead to."""
        return next(self.walk(*steps), None)

    def add(self, child: "Node") -> None:
        """Put a node below this one."""
        self.children.append(child)
        self.named.setdefault(child.name, []).append(child)

    def peek(self, *steps: str) -> str:
        """Look at a text without taking it; empty when absent."""
        node = self.first(*steps)
        return node.text.strip() if node else ""

    def take(self, *steps: str) -> Found | None:
        """Give the first text that is not empty, and note that it is used."""
        node = self.first(*steps)
        if node is None or not node.text.strip():
            return None
        node.is_used = True
        return Found(node.text.strip(), node.source)

    def unused(self) -> Iterator["Node"]:
        """Give the nodes whose text nobody has taken."""
        for child in self.children:
            is_counted = child.name in _COUNTED and child.text.strip() == str(self.position)
            if child.text.strip() and not child.is_used and not is_counted:
                yield child
            yield from child.unused()


@dataclass(frozen=True, slots=True)
class Tree:
    """A document: the namespace and name of its root, and the root."""

    namespace: str
    name: str
    root: Node


class _Excess(ValueError):  # noqa: N818  caught inside the reader, never an error of a caller
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def read_tree(raw: bytes) -> Tree | Failure:
    """Read a document, or say why it cannot be read; nothing is raised."""
    if len(raw) > MAX_XML_BYTES:
        return Failure("file", "", "convert.too_large", f"more than {MAX_XML_BYTES} bytes")
    builder = _Builder()
    parser = DefusedXMLParser(target=builder, forbid_dtd=True)
    builder.expat = parser.parser
    try:
        parser.feed(raw)
        return builder.tree(parser.close())
    except _Excess as excess:
        return Failure(f"line {builder.line}", "", excess.code, str(excess))
    except DefusedXmlException:
        text = "a document type or entity is refused, it is never needed"
        return Failure(f"line {builder.line}", "", "convert.xml_forbidden", text)
    except ParseError as error:
        place = f"line {error.position[0]}, column {error.position[1] + 1}"
        return Failure(place, "", "convert.xml_malformed", "not well-formed here, or cut off")
    except (ValueError, LookupError):  # an encoding that is not known, or not of single bytes
        return Failure(f"line {builder.line}", "", "convert.charset", "no known character set")


def say_unused(drafting: Drafting, root: Node) -> None:
    """Name everything that has no member: once for each path, however often it occurs."""
    groups: dict[str, list[Node]] = {}
    for node in root.unused():
        groups.setdefault(_PLACE_IN_LIST.sub("", node.path), []).append(node)
    for path, nodes in groups.items():
        often = f", {len(nodes)} times" if len(nodes) > 1 else ""
        drafting.say("dropped", "", "no member for it", f"{path}, line {nodes[0].line}{often}")


class _Builder:
    """Receives what the parser sees and builds the nodes."""

    def __init__(self) -> None:
        self.expat: Any = None
        self._open: list[Node] = []
        self._counts: list[dict[str, int]] = [{}]
        self._nodes = 0
        self._root: Node | None = None
        self._tag = ""
        self._namespace = ""

    @property
    def line(self) -> int:
        return int(self.expat.CurrentLineNumber)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= MAX_XML_DEPTH:
            raise _Excess("convert.xml_too_deep", f"more than {MAX_XML_DEPTH} nested elements")
        namespace, _, name = tag.rpartition("}")
        if self._root is None:
            self._namespace, self._tag = namespace[1:], name
        node = self._node(name, is_ours=namespace[1:] in {"", self._namespace})
        for attribute, value in attributes.items():
            self._add_attribute(node, attribute, value)
        if self._open:
            self._open[-1].add(node)
        else:
            self._root = node
        self._open.append(node)
        self._counts.append({})

    def end(self, tag: str) -> None:  # noqa: ARG002  the parser has compared it
        self._open.pop()
        self._counts.pop()

    def data(self, text: str) -> None:
        node = self._open[-1]
        if node.text or not text.isspace():
            node.text += text
        if len(node.text) > MAX_XML_TEXT:
            raise _Excess("convert.too_large", f"more than {MAX_XML_TEXT} characters in one element")

    def close(self) -> Node | None:
        return self._root

    def tree(self, root: Node) -> Tree:
        return Tree(self._namespace, self._tag, root)

    def _node(self, name: str, *, is_ours: bool) -> Node:
        self._count()
        shown = name if _NAME.fullmatch(name) else "?"
        counts = self._counts[-1]
        counts[shown] = position = counts.get(shown, 0) + 1
        above = self._open[-1].path if self._open else ""
        path = f"{above}/{shown}" + (f"[{position}]" if position > 1 else "")
        return Node(name.lower() if is_ours else f"other:{name}", path, self.line, position)

    def _add_attribute(self, node: Node, attribute: str, value: str) -> None:
        self._count()
        name = attribute.rpartition("}")[2]
        shown = name if _NAME.fullmatch(name) else "?"
        path = f"{node.path}/@{shown}"
        node.add(Node(f"@{name.lower()}", path, self.line, text=value))

    def _count(self) -> None:
        self._nodes += 1
        if self._nodes > MAX_XML_NODES:
            raise _Excess("convert.too_large", f"more than {MAX_XML_NODES} elements and attributes")
