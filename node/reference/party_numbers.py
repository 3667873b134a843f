"""Numbers of organisations: tax numbers of the corridor, the LEI; and how a party is reached.

Responsible for the schemes of these numbers, whose check digits python-stdnum computes behind our
own wrapper. They are only ever doubted: what a trader wrote travels as it was written.

Source: python-stdnum (az.voen, ru.inn, ru.ogrn, tr.vkn, iso7064); for the Kazakh number, the rule
of its eleven weights, used a second time from the third weight on where the remainder is 10.
"""

import re
from collections.abc import Mapping
from typing import Final

from stdnum.iso7064 import mod_97_10
from stdnum.ru import inn as stdnum_inn
from stdnum.ru import ogrn as stdnum_ogrn
from stdnum.tr import vkn as stdnum_vkn

from node.reference.identifiers import Scheme

_VOEN_WEIGHTS: Final = (4, 1, 8, 6, 2, 7, 5, 3)
_BIN_WEIGHTS: Final = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))
_INN_COMPANY: Final = 10  # digits
_NO_DIGIT: Final = 10

_TELEPHONE = re.compile(r"\+[1-9](?:[ ()-]*[0-9]){6,14}")
_E_MAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


def _voen_check(folded: str) -> str:
    total = sum(
        weight * int(digit) for weight, digit in zip(_VOEN_WEIGHTS, folded[:8], strict=True)
    )  # stdnum keeps its own to itself, and puts a zero before nine digits
    return _digit(total % 11)


def _inn_check(folded: str) -> str:
    if len(folded) == _INN_COMPANY:
        return str(stdnum_inn.calc_company_check_digit(folded))
    return str(stdnum_inn.calc_personal_check_digits(folded))


def _ogrn_check(folded: str) -> str:
    return str(stdnum_ogrn.calc_check_digit(folded))[-1]  # of 15 digits: the remainder's last


def _bin_check(folded: str) -> str:
    remainder = _NO_DIGIT
    for weights in _BIN_WEIGHTS:
        remainder = sum(w * int(digit) for w, digit in zip(weights, folded[:11], strict=True)) % 11
        if remainder != _NO_DIGIT:
            break
    return _digit(remainder)


def _vkn_check(folded: str) -> str:
    return str(stdnum_vkn.calc_check_digit(folded))


def _lei_check(folded: str) -> str:
    return str(mod_97_10.calc_check_digits(folded[:-2]))


def _digit(remainder: int) -> str:
    return "" if remainder == _NO_DIGIT else str(remainder)


LEI = Scheme(  # ISO 17442
    re.compile("[A-Z0-9]{18}[0-9]{2}"),
    "an LEI: 18 letters or digits and two check digits",
    _lei_check,
)

BY_NUMBER_TYPE: Mapping[str, Scheme] = {
    "VOEN": Scheme(
        re.compile("[0-9]{9}[12]"),
        "a VOEN: 10 digits, the last one 1 or 2",
        _voen_check,
        after_check=1,
    ),
    "INN": Scheme(re.compile("[0-9]{10}|[0-9]{12}"), "an INN: 10 or 12 digits", _inn_check),
    "OGRN": Scheme(re.compile("[1-9][0-9]{12}|[34][0-9]{14}"), "an OGRN: 13 or 15 digits", _ogrn_check),
    "BIN": Scheme(re.compile("[0-9]{12}"), "a BIN: 12 digits", _bin_check),
    "STIR": Scheme(re.compile("[0-9]{9}"), "a STIR: 9 digits"),
    "VKN": Scheme(re.compile("[0-9]{10}"), "a VKN: 10 digits", _vkn_check),
}
"""How the number of an organisation is built, by what it is said to be."""


def communication_doubt(number: str, kind: str) -> str:
    """Say why nobody can be reached in this way; empty when the form is right.

    Source: ITU-T E.123 for the international form of a telephone number, E.164 for its 15 digits.
    """
    if kind in {"TE", "FX"} and _TELEPHONE.fullmatch(number) is None:
        return "not a number in international form: + and country code first, 7 to 15 digits"
    if kind == "EM" and _E_MAIL.fullmatch(number) is None:
        return "not an e-mail address"
    return ""
