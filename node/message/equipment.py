"""Containers and swap bodies, their seals, and which goods are in which box.

Responsible for class 31B, transport equipment. Must not know the means that carries it, except by
sequence number.
"""

from typing import Annotated

from pydantic import Field

from node.message.fields import Code3, Code10, Code17, Count, Ordinal, Part, Text35, element
from node.reference.cargo_codes import EquipmentScheme, PackedStatus, SealParty


class Seal(Part):
    """One seal. Its number is kept exactly as read, capitals and small letters included."""

    number: Annotated[Text35, element("165", "an..35", "Number as read on the seal.")]
    party: Annotated[SealParty | None, element(None, "a2", "Who set it.")] = None


class GoodsReference(Part):
    """A goods item, by the sequence numbers of its consignment and itself."""

    consignment: Annotated[Ordinal, element("006", "n..5", "Sequence of the consignment.")]
    item: Annotated[Ordinal, element("006", "n..5", "Sequence of the goods item in it.")]


class Equipment(Part):
    """A box: container, swap body or semi-trailer body, full or empty."""

    sequence: Annotated[Ordinal, element("006", "n..5", "1, 2, 3 … without gaps.")]
    identification: Annotated[
        Code17, element("159", "an..17", "Number as written on the box.", examples=["CSQU3054383"])
    ]
    identification_scheme: Annotated[
        EquipmentScheme, element(None, "an..7", "Which rule the number follows.")
    ] = "iso6346"
    size_type: Annotated[Code10 | None, element("152", "an..10", "Size and type, ISO 6346.")] = None
    packed_status: Annotated[
        PackedStatus | None, element("154", "n1", "Empty or full; an empty box is reported too.")
    ] = None
    supplier_type: Annotated[
        Code3 | None, element("151", "an..3", "Who supplies the box (EU CL711).")
    ] = None
    seal_count: Annotated[Count | None, element("227", "n..4", "Number of seals.")] = None
    seals: Annotated[
        tuple[Seal, ...], Field(max_length=99), element("165", "Seal", "The seals, one by one.")
    ] = ()
    passive_means: Annotated[
        Ordinal | None, element("006", "n..5", "Sequence of the passive means it stands on.")
    ] = None
    goods: Annotated[
        tuple[GoodsReference, ...],
        Field(max_length=999),
        element("006", "GoodsReference", "The goods items inside."),
    ] = ()
