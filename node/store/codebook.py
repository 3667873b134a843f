"""The code lists that this authority has loaded: one file for each edition, in the data folder.

Responsible for keeping an edition whole or not at all, and for noticing one that was damaged since.
Must not judge what a list says (`reference.import_file`), nor decide which list is asked.

A file is two lines of JSON: facts about the import, then every code. The facts hold the digest of
the second line. A new file is written beside the old one, forced to the disk, and put in its place
by one rename: after a crash at any point the old edition is there, or the new one.
"""

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Final

import orjson
from pydantic import Field, TypeAdapter, ValidationError

from node.errors import CallerError, OperatorError
from node.reference.editions import Edition, Entry, Lists
from node.reference.import_file import MAX_FILE_BYTES

_SUFFIX: Final = ".codes"
_MAX_KEPT_BYTES: Final = 2 * MAX_FILE_BYTES  # JSON around the words of the largest file
_MAX_FACTS_BYTES: Final = 4096
_EDITION = re.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,19}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one import.

    Attributes:
        list: the name of the list.
        codes: how many.
        file: what the imported file was called, without its folder.
        sha256: of the imported file, hexadecimal.
        imported_at: ms since 1970, UTC.
        digest: SHA-256 of the line with the codes, hexadecimal.
    """

    list: str
    edition: str
    codes: int
    file: str
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    imported_at: int
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


_FACTS = TypeAdapter(Facts)
_ROWS = TypeAdapter(list[tuple[str, str, date | None, date | None]])


class Codebook:
    """The loaded editions of one authority."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(
        self, name: str, edition: str, entries: Sequence[Entry], *, file: str, raw: bytes, now: int
    ) -> Facts:
        """Keep an edition, in the place of an earlier import of the same one; on disk when done.

        Args:
            name: of the list, known to be one.
            edition: its year or number, as its publisher writes it.
            entries: all of them.
            file: what the imported file was called.
            raw: its bytes, for its hash.
            now: ms since 1970, UTC.

        Raises:
            CallerError: `codes.edition`.
        """
        if _EDITION.fullmatch(edition) is None:
            raise CallerError(
                "codes.edition",
                "an edition is up to 20 letters, digits, dots and hyphens",
                hint="write it as its publisher does: 2022, 2024-2, 2026-11",
            )
        rows = [[entry.code, entry.name, entry.valid_from, entry.valid_until] for entry in entries]
        line = orjson.dumps(rows)
        facts = Facts(
            list=name,
            edition=edition,
            codes=len(entries),
            file=file,
            sha256=hashlib.sha256(raw).hexdigest(),
            imported_at=now,
            digest=hashlib.sha256(line).hexdigest(),
        )
        self._replace(f"{name}@{edition}{_SUFFIX}", orjson.dumps(asdict(facts)) + b"\n" + line)
        return facts

    def facts(self) -> list[Facts]:
        """Give what is loaded, the newest import last.

        Raises:
            OperatorError: `codes.damaged`.
        """
        return sorted(
            (facts for _, facts in self._files()), key=lambda facts: (facts.imported_at, facts.edition)
        )

    def lists(self) -> Lists:
        """Give the loaded editions; each reads its codes when it is first asked for one.

        Raises:
            OperatorError: `codes.damaged`, here or when the codes are read.
        """
        paths = {(facts.list, facts.edition): path for path, facts in self._files()}

        def edition(facts: Facts) -> Edition:
            path = paths[facts.list, facts.edition]
            return Edition(facts.list, facts.edition, lambda: _entries(path))

        return Lists(tuple(map(edition, self.facts())))

    def _files(self) -> Iterator[tuple[Path, Facts]]:
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            facts = _facts(path)
            if path.name != f"{facts.list}@{facts.edition}{_SUFFIX}":
                raise _damaged(path)
            yield path, facts

    def _replace(self, name: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path, beside = self._folder / name, self._folder / f".{name}.{os.getpid()}"
        try:
            with beside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)  # the rename itself
        finally:
            os.close(descriptor)


def _facts(path: Path) -> Facts:
    return _read(path, 0)[0]


def _entries(path: Path) -> Iterator[Entry]:
    """Read the codes of an edition, if they are still those that were imported."""
    facts, line = _read(path, _MAX_KEPT_BYTES)
    if hashlib.sha256(line).hexdigest() != facts.digest:
        raise _damaged(path)
    return (Entry(*row) for row in _ROWS.validate_json(line))


def _read(path: Path, most: int) -> tuple[Facts, bytes]:
    try:  # both lines of one opened file: a new import may take its place at any moment
        with path.open("rb") as file:
            return _FACTS.validate_json(file.readline(_MAX_FACTS_BYTES)), file.read(most)
    except (OSError, ValidationError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> OperatorError:
    return OperatorError(
        "codes.damaged",
        f"{path} is not as it was imported",
        hint="import that edition again, or remove the file",
    )
