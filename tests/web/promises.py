"""What a published OpenAPI document promised that a newer one no longer keeps.

A newer one may have more: paths, methods, optional parameters, answers, members, codes, better words. It
may not take away, ask for more than before, or turn something into something else.
"""

from collections.abc import Iterator
from typing import Any

_SAME = ("type", "format", "const")  # words of a schema that make it what it is
_BELOW = ("items", "anyOf", "oneOf", "additionalProperties", "schema")

Json = dict[str, Any]


def broken(old: Json, new: Json) -> list[str]:
    """Give where a promise is broken."""
    found = set(_of_paths(old, new))
    asked = _reachable(old, [body for _, body in _bodies(old)])
    for name, schema in old["components"]["schemas"].items():
        newer = new["components"]["schemas"].get(name)
        found |= (
            {name} if newer is None else set(_of_schema(name, schema, newer, is_asked=name in asked))
        )
    return sorted(found)


def _of_paths(old: Json, new: Json) -> Iterator[str]:
    for where, operation in _operations(old):
        newer = dict(_operations(new)).get(where)
        if newer is None:
            yield where
        else:
            yield from _of_operation(where, operation, newer)


def _of_operation(where: str, old: Json, new: Json) -> Iterator[str]:
    if old["operationId"] != new["operationId"]:
        yield f"{where}: operationId"
    if _scopes(new) - _scopes(old):
        yield f"{where}: scopes"
    yield from _of_parameters(where, old, new)
    body, newer = old.get("requestBody", {}), new.get("requestBody", {})
    if newer.get("required") and not body.get("required"):
        yield f"{where}: body"
    yield from _of_content(f"{where}: body", body, newer, is_asked=True)
    for status, answer in old["responses"].items():
        if status not in new["responses"]:
            yield f"{where}: {status}"
        else:
            answered = new["responses"][status]
            yield from _of_content(f"{where}: {status}", answer, answered, is_asked=False)


def _of_parameters(where: str, old: Json, new: Json) -> Iterator[str]:
    before, after = _parameters(old), _parameters(new)
    for key, parameter in after.items():
        if parameter["required"] and not before.get(key, {"required": False})["required"]:
            yield f"{where}: {key[1]}"
    for key, parameter in before.items():
        if key not in after:
            yield f"{where}: {key[1]}"
        else:
            schemas = parameter["schema"], after[key]["schema"]
            yield from _of_schema(f"{where}: {key[1]}", *schemas, is_asked=True)


def _of_content(where: str, old: Json, new: Json, *, is_asked: bool) -> Iterator[str]:
    for media, content in old.get("content", {}).items():
        if media not in new.get("content", {}):
            yield f"{where} {media}"
        else:
            yield from _of_schema(where, content, new["content"][media], is_asked=is_asked)


def _of_schema(where: str, old: Any, new: Any, *, is_asked: bool) -> Iterator[str]:
    """Compare two schemas; what they refer to is compared by its own name."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        if old != new:
            yield where
        return
    if old.get("$ref") != new.get("$ref") or any(old.get(word) != new.get(word) for word in _SAME):
        yield where
    less, more = (new, old) if is_asked else (old, new)
    yield from (f"{where}.{name}" for name in _required(less) - _required(more))
    if "enum" in new:
        yield from (f"{where}={code}" for code in {*old.get("enum", ["anything"])} - {*new["enum"]})
    for name, member in old.get("properties", {}).items():
        newer = new.get("properties", {}).get(name)
        yield from _of_schema(f"{where}.{name}", member, newer, is_asked=is_asked)
    for word in (word for word in _BELOW if word in old):
        before, after = (one if isinstance(one, list) else [one] for one in (old[word], new.get(word)))
        if len(before) > len(after):
            yield where
        for one, other in zip(before, after, strict=False):
            yield from _of_schema(where, one, other, is_asked=is_asked)


def _operations(document: Json) -> Iterator[tuple[str, Json]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


def _bodies(document: Json) -> Iterator[tuple[str, Json]]:
    for where, operation in _operations(document):
        if "requestBody" in operation:
            yield where, operation["requestBody"]


def _reachable(document: Json, parts: list[Any]) -> set[str]:
    """Give the names of all schemas that some parts of a document refer to, however deep."""
    found: set[str] = set()
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            name = str(part.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                parts.append(document["components"]["schemas"][name])
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return found


def _parameters(operation: Json) -> dict[tuple[str, str], Json]:
    return {(one["in"], one["name"]): one for one in operation.get("parameters", ())}


def _scopes(operation: Json) -> set[str]:
    """Give the scopes that an operation asks for, and the scheme itself."""
    return {word for one in operation.get("security", ()) for name in one for word in (name, *one[name])}


def _required(schema: Json) -> set[str]:
    return set(schema.get("required", ()))
