"""The OpenAPI document, beyond what the framework writes by itself.

Responsible for what a reader of it relies on: which scopes each operation asks for, one form of errors
in one media type, and a name for every model. Must not know what a route does.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from node.web.routes import Route

_JSON: Final = "application/json"
_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete"})


def complete(document: dict[str, Any], routes: list[Route], named: Mapping[str, Any]) -> None:
    """Complete a document in place; doing it again changes nothing.

    Args:
        document: as the framework wrote it.
        routes: with the scopes that each asks for.
        named: schemas that are written by hand, by the name under which operations refer to them.
    """
    document["components"]["schemas"].update(named)
    asked = {(one.method.lower(), one.path.replace(":path}", "}")): one for one in routes}
    for path, method, operation in _operations(document):
        operation["responses"]["default"]["content"].pop(_JSON, None)
        for parameter in operation.get("parameters", ()):
            _without_null(parameter["schema"])
        for requirement in operation.get("security", ()):
            for scheme in requirement:
                requirement[scheme] = sorted(asked[method, path].scopes)


def reference(name: str) -> dict[str, str]:
    """Refer to a schema by its name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _without_null(schema: dict[str, Any]) -> None:
    """Take null out of what a parameter may be: it is there, or it is not."""
    some = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(some) == 1:
        del schema["anyOf"]
        schema.update(some[0])


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method in _METHODS & item.keys():
            yield path, method, item[method]
