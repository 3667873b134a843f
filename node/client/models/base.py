"""What every answer of a node has in common.

Responsible for reading answers generously: a newer node may say more than this program knows. Must not
know any of them.
"""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PrivateAttr

T = TypeVar("T", bound=BaseModel)
M = TypeVar("M", bound="Model")


class Model(BaseModel):
    """Something that a node answered. Members that are not known are passed over.

    Codes are plain text, not enumerations: a newer node may have more of them.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    _etag: str = PrivateAttr(default="")

    @property
    def etag(self) -> str:
        """The ETag that it came with: what an action on it must name. Empty for a part of an answer."""
        return self._etag


class Page(Model, Generic[T]):
    """One page of a list."""

    items: tuple[T, ...]
    next: str | None


def read_model(model: type[M], raw: bytes, etag: str = "") -> M:
    """Read the body of an answer.

    Raises:
        ValueError: it is another one.
    """
    found = model.model_validate_json(raw)
    found._etag = etag  # noqa: SLF001 - our own
    return found
