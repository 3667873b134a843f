"""UN/EDIFACT syntax: bytes become segments of elements of components.

Responsible for the service string advice, the release character, the character set and the limits
(ISO 9735, versions 1 to 4, without repetition). Must not know the envelope or any message. The
segments of a file are counted from 1, after UNA.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from node.convert.conversion import Failure, Remark
from node.convert.drafting import Found

MAX_FILE_BYTES = 16_777_216  # 16 MiB: a ship's manifest has about one
MAX_SEGMENTS = 100_000  # in one file
MAX_SEGMENT_CHARACTERS = 8_000  # the longest segment of a directory has less
MAX_ELEMENTS = 99  # in one segment, its tag included: more than any segment of a directory
MAX_COMPONENTS = 99  # in one element: as above
MAX_PARTS = 1_000_000  # components of a file: each costs memory, and an empty one only one byte

_SERVICE = re.compile(rb"\s*UNA(.{6})", re.DOTALL)
_TAG = re.compile("[A-Z][A-Z0-9]{2}", re.ASCII)
_CHARSETS = {  # UN/EDIFACT 0001
    "UNOA": "ascii",
    "UNOB": "ascii",
    "UNOC": "iso8859-1",
    "UNOD": "iso8859-2",
    "UNOE": "iso8859-5",
    "UNOF": "iso8859-7",
    "UNOG": "iso8859-3",
    "UNOH": "iso8859-4",
    "UNOI": "iso8859-6",
    "UNOJ": "iso8859-8",
    "UNOK": "iso8859-9",
    "UNOW": "utf-8",
    "UNOY": "utf-8",
}


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment. Elements are counted from 1, components of an element from 0.

    Attributes:
        number: place in the file, from 1.
        elements: the first is the tag.
        used: elements and components somebody has taken.
    """

    number: int
    elements: tuple[tuple[str, ...], ...]
    used: set[tuple[int, int]] = field(default_factory=set, compare=False)

    @property
    def tag(self) -> str:
        """Its name: three letters or digits."""
        return self.elements[0][0]

    @property
    def source(self) -> str:
        """Where it stands, for a person."""
        return f"segment {self.number} {self.tag}"

    def text(self, element: int, component: int = 0) -> str:
        """Look at a component without taking it; empty when absent."""
        if element < len(self.elements) and component < len(self.elements[element]):
            return self.elements[element][component].strip()
        return ""

    def take(self, element: int, component: int = 0) -> Found | None:
        """Give a component that is not empty, and note that it is used."""
        text = self.text(element, component)
        if not text:
            return None
        self.used.add((element, component))
        return Found(text, self.source)

    def take_all(self, element: int, separator: str = " ") -> Found | None:
        """Give all components of an element as one text."""
        length = len(self.elements[element]) if element < len(self.elements) else 0
        parts = [self.take(element, component) for component in range(length)]
        text = separator.join(part.text for part in parts if part is not None)
        return Found(text, self.source) if text else None

    def take_code(self, element: int, component: int = 0, lists: tuple[str, ...] = ()) -> Found | None:
        """Give a code, and take the names of its list behind it where they are the expected ones."""
        for behind in (component + 1, component + 2):
            if self.text(element, behind) in lists:
                self.take(element, behind)
        return self.take(element, component)

    def unused(self) -> list[str]:
        """Name the components nobody has taken: `3` or `2.1`, as the directories count them."""
        return [
            f"{element}.{component + 1}" if len(parts) > 1 else str(element)
            for element, parts in enumerate(self.elements)
            for component, text in enumerate(parts)
            if element and text.strip() and (element, component) not in self.used
        ]


@dataclass(frozen=True, slots=True)
class Marks:
    """The characters with a meaning of their own; an empty release character: none in use."""

    component: str = ":"
    element: str = "+"
    release: str = "?"
    terminator: str = "'"


class Broken(ValueError):  # noqa: N818  caught inside the reader, never an error of a caller
    """The file cannot be read on; the failure says where and why."""

    def __init__(self, code: str, text: str, source: str = "file") -> None:
        super().__init__(text)
        self.failure = Failure(source, "", code, text)


def read_marks(raw: bytes) -> tuple[Marks, int]:
    """Read the service string advice, if there is one, and say where the segments begin.

    Raises:
        Broken: the file is too large; its marks cannot be told from each other, or from text.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise Broken("convert.too_large", f"more than {MAX_FILE_BYTES} bytes")
    service = _SERVICE.match(raw)
    if service is None:
        return Marks(), 0
    component, element, _decimal, release, _reserved, terminator = list(service[1].decode("latin-1"))
    in_use = [component, element, terminator, *(() if release == " " else release)]
    if len(set(in_use)) < len(in_use) or any(mark.isalnum() or mark == " " for mark in in_use):
        raise Broken("convert.edifact_syntax", "UNA needs different marks, no letters or digits", "UNA")
    return Marks(component, element, release.strip(" "), terminator), service.end()


def decode(raw: bytes, marks: Marks) -> tuple[str, Remark | None]:
    """Decode a file by the character set that its UNB names.

    Raises:
        Broken: no UNB, a character set that is not known, or bytes that are not of it.
    """
    head = raw[:64].decode("ascii", "replace").lstrip("\ufeff \r\n\t")
    if not head.startswith("UNB" + marks.element):
        raise Broken("convert.edifact_envelope", "expected UNB at the beginning", "segment 1")
    charset = _CHARSETS.get(head[4:8])
    if charset is None:
        raise Broken("convert.charset", "no known character set in UNB", "segment 1 UNB")
    try:
        return raw.decode(charset), None
    except UnicodeDecodeError:
        if charset != "ascii":
            raise Broken("convert.charset", f"not the character set of UNB: {charset}") from None
    # The corridor's terminals write Russian in Windows-1251 under UNOB.
    for name in ("utf-8", "cp1251"):
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            continue
        told = f"letters beyond the character set of UNB: read as {name}"
        return text, Remark("doubtful", "file", "", told)
    raise Broken("convert.charset", "letters beyond the character set of UNB")


def segments(text: str, marks: Marks) -> Iterator[Segment]:
    """Give the segments in order.

    Raises:
        Broken: at the first that is none, has no end, or is beyond a limit.
    """
    release, end = re.escape(marks.release), re.escape(marks.terminator)
    one = rf"(?:[^{release}{end}]|{release}.)*+" if marks.release else f"[^{end}]*+"
    pattern, at, number = re.compile(rf"\s*({one}){end}", re.DOTALL), 0, 0
    parts, last = 0, len(text.rstrip())
    while at < last:
        number += 1
        found = pattern.match(text, at, at + MAX_SEGMENT_CHARACTERS)
        if found is None:
            is_end = last - at < MAX_SEGMENT_CHARACTERS
            code = "convert.edifact_truncated" if is_end else "convert.edifact_syntax"
            what = "the file ends inside a segment" if is_end else "a segment without an end"
            raise Broken(code, what, f"segment {number}")
        if number > MAX_SEGMENTS:
            raise Broken("convert.too_large", f"more than {MAX_SEGMENTS} segments")
        elements = _elements(found[1], marks, f"segment {number}")
        parts += sum(map(len, elements))
        if parts > MAX_PARTS:
            fact = f"more than {MAX_PARTS} components"
            raise Broken("convert.too_large", fact, f"segment {number}")
        if _TAG.fullmatch(elements[0][0]) is None:
            raise Broken("convert.edifact_syntax", "expected a segment", f"segment {number}")
        yield Segment(number, elements)
        at = found.end()


def _elements(text: str, marks: Marks, source: str) -> tuple[tuple[str, ...], ...]:
    """Take a segment apart; its length bounds what is made before the parts are counted.

    Raises:
        Broken: too many elements, or components in one.
    """
    elements = [_split(one, marks.component, marks) for one in _split(text, marks.element, marks)]
    if len(elements) > MAX_ELEMENTS:
        raise Broken("convert.too_large", f"more than {MAX_ELEMENTS} elements", source)
    if max(map(len, elements)) > MAX_COMPONENTS:
        raise Broken("convert.too_large", f"more than {MAX_COMPONENTS} components in one", source)
    return tuple(tuple(_plain(part, marks) for part in one) for one in elements)


def _split(text: str, mark: str, marks: Marks) -> list[str]:
    if not marks.release or marks.release not in text:
        return text.split(mark)
    pattern = rf"(?:[^{re.escape(marks.release + mark)}]|{re.escape(marks.release)}.)*+"
    parts, at = [], 0
    while at <= len(text):
        found = re.compile(pattern, re.DOTALL).match(text, at)
        parts.append(found[0] if found else "")
        at += len(parts[-1]) + 1
    return parts


def _plain(text: str, marks: Marks) -> str:
    if not marks.release or marks.release not in text:
        return text
    return re.sub(rf"{re.escape(marks.release)}(.)", r"\1", text, flags=re.DOTALL)
