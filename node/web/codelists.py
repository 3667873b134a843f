"""Routes that show code lists: what is built in, and what the authority has loaded.

Responsible for the same answers as `sarbon codes`. Must not judge a code in a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, FastAPI, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.errors import CallerError
from node.message.schema import CODE_LISTS
from node.reference.codes import CodeList, OpenList
from node.reference.editions import Entry, Lists
from node.reference.lookup import look_up
from node.store.codebook import Codebook, Facts
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery
from node.web.replies import reply
from node.web.times import written
from node.web.world import world_of

router = APIRouter(tags=["reference"])

_ANYBODY: Final = [Depends(Needs())]

Name = Annotated[str, Path(max_length=64, description="Name of the list.")]
Wanted = Annotated[
    str | None, Query(max_length=20, description="A loaded edition; else the one in use.")
]


class CodeQuery(PageQuery):
    """Which codes of a list."""

    edition: str | None = Field(
        default=None, max_length=20, description="a loaded edition; else the one in use"
    )
    q: str | None = Field(
        default=None, max_length=100, description="words, all of which code or name must hold"
    )


class CodeListItem(BaseModel):
    """A code list, or one loaded edition of it."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: Literal["closed", "open", "loaded"] = Field(
        description="closed: part of the protocol; open: the part that this program brings; loaded"
    )
    edition: str
    codes: int
    source: str = Field(description="who maintains it; of a loaded one, the file")
    imported_at: str | None = Field(description="of a loaded one")
    replaced: bool = Field(description="an edition is loaded and is asked in its place")


class CodeItem(BaseModel):
    """One code."""

    model_config = ConfigDict(extra="forbid")

    code: str
    name: str
    valid_from: str | None = Field(description="the first day, if there is one")
    valid_until: str | None = Field(description="the last day, if there is one")


class CodeDetail(CodeItem):
    """One code with what stands above it and directly below it."""

    code_list: str = Field(description="the list that it is in")
    edition: str
    above: list[CodeItem]
    below: list[CodeItem]


@dataclass(frozen=True, slots=True)
class _Loaded:
    """The loaded editions, and the imports that they come from."""

    facts: tuple[Facts, ...]
    lists: Lists


@list_routes(router, "/code-lists", CodeListItem, dependencies=_ANYBODY)
def list_code_lists(request: Request, query: Annotated[PageQuery, Query()]) -> Response:
    """List every code list by name, loaded editions first."""
    after = read_cursor(request, query.cursor) or 0
    every = _items(_loaded(request).facts)
    some = every[after : after + query.limit]
    last = after + query.limit if after + query.limit < len(every) else None
    return listed(request, some, model=CodeListItem, last=last)


@list_routes(router, "/code-lists/{name}", CodeItem, dependencies=_ANYBODY)
def list_codes(request: Request, name: Name, query: Annotated[CodeQuery, Query()]) -> Response:
    """List the codes of a list, in their own order."""
    _, entries = _entries(request, name, query.edition)
    after = read_cursor(request, query.cursor) or ""
    words = (query.q or "").casefold().split()
    found = [
        entry
        for code, entry in sorted(entries.items())
        if code > after and all(word in f"{code} {entry.name}".casefold() for word in words)
    ]
    last = found[query.limit - 1].code if len(found) > query.limit else None
    return listed(request, [_item(entry) for entry in found[: query.limit]], model=CodeItem, last=last)


@router.get("/code-lists/{name}/{code}", response_model=CodeDetail, dependencies=_ANYBODY)
def read_code(
    request: Request,
    name: Name,
    code: Annotated[str, Path(max_length=64, description="The code, as documents have it.")],
    edition: Wanted = None,
) -> Response:
    """Show one code, with the codes above and below it."""
    chosen, entries = _entries(request, name, edition)
    if code not in entries:
        raise CallerError(
            "code.unknown",
            f"{chosen} of this list has no such code",
            hint=f"GET /api/v1/code-lists/{name}?q= looks for words",
        )
    places: dict[str, list[CodeItem]] = {"above": [], "found": [], "below": []}
    for place, entry in look_up(entries.values(), [code]):
        places[place].append(_item(entry))
    detail = CodeDetail(
        **_item(entries[code]).model_dump(),
        code_list=name,
        edition=chosen,
        above=places["above"],
        below=places["below"],
    )
    return reply(request, detail)


def _items(facts: tuple[Facts, ...]) -> list[CodeListItem]:
    rows = [
        CodeListItem(
            name=one.list,
            kind="loaded",
            edition=one.edition,
            codes=one.codes,
            source=one.file,
            imported_at=written(one.imported_at),
            replaced=False,
        )
        for one in facts
    ]
    loaded = {one.list for one in facts}
    rows += [
        CodeListItem(
            name=codes.name,
            kind="open" if isinstance(codes, OpenList) else "closed",
            edition=codes.version,
            codes=len(codes.codes),
            source=codes.source,
            imported_at=None,
            replaced=codes.name in loaded and not (isinstance(codes, OpenList) and codes.by_country),
        )
        for codes in CODE_LISTS.values()
    ]
    return sorted(rows, key=lambda row: (row.name, row.kind != "loaded", row.imported_at or ""))


def _entries(request: Request, name: str, wanted: str | None) -> tuple[str, Mapping[str, Entry]]:
    """Give the edition that is shown of a list, and its codes.

    Raises:
        CallerError: `code_list.unknown` or `edition.unknown`.
    """
    codes: CodeList | OpenList | None = CODE_LISTS.get(name)
    if codes is None:
        raise CallerError(
            "code_list.unknown",
            "there is no list of that name",
            hint="GET /api/v1/code-lists gives them",
        )
    standard = codes.edition if isinstance(codes, OpenList) else ""
    found = _loaded(request).lists.find(codes.name, wanted or standard)
    if found is not None and wanted in {None, found.edition}:
        return found.edition, found.entries
    if wanted not in {None, codes.version}:
        raise CallerError(
            "edition.unknown",
            "this edition is not here",
            hint="GET /api/v1/code-lists gives the editions",
        )
    return codes.version, {code: Entry(code, words) for code, words in codes.codes.items()}


def _loaded(request: Request) -> _Loaded:
    """Give what is loaded now; codes are read again only when an import has changed something."""
    app: FastAPI = request.app
    book = Codebook(world_of(request).node.settings.data / "codes")
    facts = tuple(book.facts())
    kept: _Loaded | None = getattr(app.state, "code_lists", None)
    if kept is None or kept.facts != facts:
        kept = app.state.code_lists = _Loaded(facts, book.lists())
    return kept


def _item(entry: Entry) -> CodeItem:
    return CodeItem(
        code=entry.code,
        name=entry.name,
        valid_from=entry.valid_from and entry.valid_from.isoformat(),
        valid_until=entry.valid_until and entry.valid_until.isoformat(),
    )
