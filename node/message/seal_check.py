"""SealCheck: what an officer found on the doors, and which seals were taken off and put on.

Responsible for the shape of this part alone; control results and incidents carry it.
"""

from typing import Annotated

from pydantic import Field

from node.message.fields import Code17, Part, Text35, element
from node.reference.outcome_codes import SealState


class SealCheck(Part):
    """The seals of one box or vehicle as found, and as left."""

    equipment: Annotated[
        Code17 | None, element("159", "an..17", "Number of the box; absent: the means itself.")
    ] = None
    state: Annotated[SealState, element(None, "an..17", "State in which the seals were found.")]
    removed: Annotated[
        tuple[Text35, ...],
        Field(max_length=99),
        element("165", "an..35", "Numbers of the seals taken off, as read."),
    ] = ()
    affixed: Annotated[
        tuple[Text35, ...],
        Field(max_length=99),
        element("165", "an..35", "Numbers of the seals put on."),
    ] = ()
