"""Handling compared: the strictest of several, and what one leaves looser than another.

Responsible for the order of the codes. Must not know what is handled, nor whether somebody
consented to a wider use.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from node.reference.codes import HCode, Pap, Tlp

_TLP: tuple[Tlp, ...] = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
_PAP: tuple[Pap, ...] = ("RED", "AMBER", "GREEN", "CLEAR")
_H_CODES: tuple[HCode, ...] = ("H3", "H2", "H1", "H0")
"""Strictest first. H3 comes before all: what it forbids is put in words, and no program can tell
that those words forbid less than H2 does. H2 binds onward transfer and court, H1 the court alone.
"""


class Handled(Protocol):
    """Whatever carries the three codes: a handling, the handling of a source, a triple."""

    @property
    def tlp(self) -> Tlp:
        """Who may see it."""

    @property
    def h_code(self) -> HCode:
        """Use in court and onward transfer."""

    @property
    def pap(self) -> Pap:
        """What may be done with it."""


@dataclass(frozen=True, slots=True)
class Caveats:
    """The three codes by themselves.

    Attributes:
        tlp: who may see it.
        h_code: use in court and onward transfer.
        pap: what may be done with it.
    """

    tlp: Tlp
    h_code: HCode
    pap: Pap


def strictest(handlings: Iterable[Handled]) -> Caveats:
    """Give, code by code, the strictest of several handlings; of none, no restriction at all."""
    tlp, h_code, pap = len(_TLP) - 1, len(_H_CODES) - 1, len(_PAP) - 1
    for handling in handlings:
        tlp = min(tlp, _TLP.index(handling.tlp))
        h_code = min(h_code, _H_CODES.index(handling.h_code))
        pap = min(pap, _PAP.index(handling.pap))
    return Caveats(_TLP[tlp], _H_CODES[h_code], _PAP[pap])


def loosened(document: Handled, source: Handled) -> tuple[str, ...]:
    """Name the codes in which a document is handled less strictly than its source."""
    orders = (
        ("tlp", _TLP.index(document.tlp) > _TLP.index(source.tlp)),
        ("h_code", _H_CODES.index(document.h_code) > _H_CODES.index(source.h_code)),
        ("pap", _PAP.index(document.pap) > _PAP.index(source.pap)),
    )
    return tuple(name for name, is_looser in orders if is_looser)
