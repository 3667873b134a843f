"""What every list can be asked, as a model that takes nothing else.

Responsible for refusing a parameter that does not exist: a mistyped filter must not look like one that
fits everything.
"""

from pydantic import BaseModel, ConfigDict, Field

from node.web.listing import MAX_LIMIT


class Parameters(BaseModel):
    """Parameters of a request; each that is not named here is refused."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(Parameters):
    """Which page of a list."""

    limit: int = Field(default=50, ge=1, le=MAX_LIMIT, description="how many at most")
    cursor: str | None = Field(
        default=None, max_length=1024, description="next of the page before; absent: the first page"
    )
