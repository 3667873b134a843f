"""The route that explains a code: where the `type` of every problem document leads.

Responsible for an answer that needs no network beyond this node, and no token. Must not tell anything of
this node's own.
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from node.errors import CallerError
from node.web.problem_texts import Text, texts
from node.web.problems import TYPE_BASE
from node.web.replies import reply_bytes

router = APIRouter(tags=["reference"])

_PLAIN: Final = "text/plain; charset=utf-8"
_TEXT: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}


@router.get(TYPE_BASE + "{code}", response_class=Response, responses=_TEXT)
async def explain_problem(
    request: Request, code: Annotated[str, Path(max_length=64, description="Of a problem document.")]
) -> Response:
    """Explain a code: what it means, whose part it is, what to do. Needs no token."""
    found = texts().get(code)
    if found is None:
        raise CallerError(
            "problem.unknown", "no problem document has this code", hint="docs/rest.md lists the codes"
        )
    return reply_bytes(request, _written(found).encode(), _PLAIN)


def _written(text: Text) -> str:
    status = "" if text.status is None else f" ({text.status.value} {text.status.phrase})"
    return f"{text.code}{status}\n\n{text.meaning}\nAt fault: {text.part}.\nWhat to do: {text.remedy}\n"
