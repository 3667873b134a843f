"""Every route of the API with the scopes that it asks for, and the table of them in the handbook.

Responsible for reading the scopes from the routes themselves: what is published is what is asked. Must
not ask for them (`identity`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path

from node.national.scopes import ROLES, Role, Scope
from node.web.identity import Needs

_REGION: Final = re.compile(r"(<!-- begin routes -->\n).*?(<!-- end routes -->)", re.DOTALL)
_CSV: Final = ".csv"


@dataclass(frozen=True, slots=True)
class Route:
    """One method at one path.

    Attributes:
        needs_token: False: whoever asks is answered.
        scopes: all of which the token must have.
    """

    method: str
    path: str
    needs_token: bool
    scopes: frozenset[Scope]

    @property
    def asks(self) -> str:
        """What it asks for, in words."""
        if not self.needs_token:
            return "nothing"
        return " and ".join(f"`{one}`" for one in sorted(self.scopes)) or "any token"


def routes_of(app: FastAPI) -> list[Route]:
    """Give every route of an app, by path and method; HEAD goes with GET."""
    found = [
        _route(method, context.path or "", getattr(context, "dependant", None))
        for context in iter_route_contexts(app.routes)
        for method in (context.methods or set()) - {"HEAD"}
    ]
    return sorted(found, key=lambda one: (one.path, one.method))


def methods_at(app: FastAPI, path: str) -> list[str]:
    """Give every method that a path takes, whichever of its routes takes it.

    Where several templates fit, it is what the one with the fewest parameters takes: `/jobs/verify-log`
    is no job.
    """
    fitting: dict[str, set[str]] = {}
    for context in iter_route_contexts(app.routes):
        if context.path and compile_path(context.path)[0].match(path):
            fitting.setdefault(context.path, set()).update(context.methods or ())
    return sorted(fitting[min(fitting, key=lambda template: template.count("{"))]) if fitting else []


def rewritten(page: str, app: FastAPI) -> str:
    """Give a page of the handbook with its table of routes brought up to date."""
    table = "\n".join(_table(routes_of(app)))
    return _REGION.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", page)


def _route(method: str, path: str, dependant: Dependant | None) -> Route:
    needs = [each.call for each in _below(dependant) if isinstance(each.call, Needs)]
    scopes = frozenset(one.scope for one in needs if one.scope is not None)
    return Route(method, path, needs_token=bool(needs), scopes=scopes)


def _below(dependant: Dependant | None) -> Iterator[Dependant]:
    for each in dependant.dependencies if dependant else ():
        yield each
        yield from _below(each)


def _table(routes: list[Route]) -> Iterator[str]:
    """Write the table; a list and its CSV are one row."""
    yield "| route | asks for | " + " | ".join(Role) + " |"
    yield "| --- | --- | " + " | ".join("---" for _ in Role) + " |"
    known = {(one.method, one.path): one.scopes for one in routes}
    for one in routes:
        if known.get((one.method, one.path.removesuffix(_CSV))) == one.scopes and _CSV in one.path:
            continue
        has_csv = known.get((one.method, one.path + _CSV)) == one.scopes
        may = " | ".join("yes" if one.scopes <= ROLES[role] else "" for role in Role)
        path = one.path.replace(":path}", "}") + ("[.csv]" if has_csv else "")
        yield f"| `{one.method} {path}` | {one.asks} | {may} |"
