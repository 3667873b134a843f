"""What the node tells its operator: structlog, one line a step, ids and never bodies.

Responsible for configuring structlog. Must not be used by the pure packages: there the audit entry
*is* the report.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import orjson
import structlog

_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_ALLOWED = (str, int, float, bool, type(None))
_MAX_CHARACTERS = 256


def configure(*, level: str, form: str, authority: str, stream: TextIO | None = None) -> None:
    """Set up logging for the process.

    Args:
        level: debug, info, warning or error.
        form: json, console, or auto for console at a terminal.
        authority: bound to every line.
        stream: where to write; standard error by default.
    """
    out = stream or sys.stderr
    console = form == "console" or (form == "auto" and out.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=out.isatty())
        if console
        else structlog.processors.JSONRenderer(serializer=_to_json)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            plain_values_only,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(authority=authority)
    # Libraries speak through logging; warnings and worse are worth an operator's time.
    logging.basicConfig(level=logging.WARNING, stream=out, format="%(name)s: %(message)s")
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # broker.link_lost says it once, better
    logging.getLogger("aio_pika").setLevel(logging.CRITICAL)


def plain_values_only(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Let only short plain values through: bytes, documents and keys cannot slip into a line."""
    for name, value in event.items():
        if not isinstance(value, _ALLOWED):
            event[name] = f"<{type(value).__name__}>"
        elif name == "exception":
            event[name] = "\n".join(map(_printable, str(value).split("\n")))
        elif isinstance(value, str):
            cut = value if len(value) <= _MAX_CHARACTERS else value[:_MAX_CHARACTERS] + "…"
            event[name] = _printable(cut)
    return event


def _printable(text: str) -> str:
    """Escape what would forge a line, command a terminal, or is no Unicode at all."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in text
    )


def _to_json(value: Any, **_options: Any) -> str:
    return orjson.dumps(value).decode()
