"""Free text: signs of a person's data in it, and words that describe nothing.

Responsible for warnings while writing and on receipt. Must not refuse or change any text, and
cannot find every name: it finds what is shaped like personal data.
"""

# ruff: noqa: RUF001  words of the corridor's languages: their letters look like others on purpose
import re

from node.reference.identifiers import fold

_LATIN = "A-ZÇƏĞİÖŞÜÝŇŽÄ"
_CYRILLIC = "А-ЯЁӘҒҚҢӨҰҮҺІЎҲҶ"  # Russian, Kazakh, Uzbek, Tajik
_CAPITAL = f"[{_LATIN}{_CYRILLIC}]"
_NAME = rf"{_CAPITAL}[\w'’ʻ-]+"
_DIGITS = "[0-9](?:[ ()./-]{0,2}[0-9])"
_DAY = r"(?:[0-9]{1,2}[./ -][0-9]{1,2}[./ -])?(?:19|20)[0-9]{2}"

_TELEPHONE = (
    rf"(?:\+|\b00){_DIGITS}{{8,14}}"
    rf"|\b(?i:tel|phone|mobile|mob|whatsapp|telegram|viber|telefon|mobil|тел|моб|телефон)\b\W{{0,3}}"
    rf"(?i:(?:no|nr|number|is|номер)\W{{1,2}})?{_DIGITS}{{5,14}}"
    r"|(?<![\w/.-])(?:\(0[0-9]{2}\)|0[0-9]{2}|8[ -]?\(?[0-9]{3}\)?)"
    r"[ -][0-9]{3}[ -][0-9]{2}[ -]?[0-9]{2}\b"
)
_IDENTITY = (
    r"\b(?i:passport|pasport|паспорт\w*|identity card|id card|удостоверени\w+|driving licen[cs]e"
    r"|şəxsiyyət vəsiqəsi|fin kod\w*|pinfl|jshshir|пинфл|иин|iin)\b[^0-9\n]{0,30}[0-9]{6,}"
)
_BIRTH = (
    r"\b(?i:born|d\.?o\.?b|date of birth|дата рождения|родил\w+|д\.? ?р|doğum\w*|tug['‘ʻ’]ilgan"
    rf"|doglan|туған)\b\W{{0,3}}(?i:(?:on|in|tarixi|sanasi|güni|в)\W+)?\W{{0,2}}{_DAY}"
    r"|\b(?:19|20)[0-9]{2} ?г\. ?р\b"
)
_TITLE = (
    r"\b(?:Mr|Mrs|Ms|Dr|mr|mrs|ms|gr-n|[Гг]р-[нк]а?|[Гг]-(?:н|жа)|[Гг]ражданин\w*|[Гг]ражданк\w+"
    rf"|[Jj]enap|[Cc]ənab|[Xx]anım|[Jj]anob)\b\.?\s+{_NAME}"
)
_PATRONYMIC = (
    rf"\b{_CAPITAL}\w{{2,}}(?i:ovich|evich|ovna|evna|ович|евич|ьич|овна|евна|ична)\b"
    rf"|\b{_CAPITAL}\w{{4,}}(?i:uly|kyzy|qyzy|улы|кызы|ұлы|қызы)\b"
    rf"|\b{_CAPITAL}\w+[ -](?i:oglu|oğlu|ogly|oghlu|qizi|qızı|kyzy|gyzy|kizi|uly|uulu|o['‘ʻ’]?g['‘ʻ’]?li"
    r"|ugli|оглы|оглу|огли|кызы|кизи|гызы|угли|ўғли|қизи|улы|ұлы|қызы|уулу)\b"
)
_TOWNS = "Rostov|Saratov|Tambov|Kharkov|Serpukhov|Kirov|Ростов|Саратов|Тамбов|Харьков|Серпухов|Киров"
_SURNAME = r"(?:\w{3,}(?i:ova?|eva?|ова?|ева?)|\w{2,}(?i:zadeh?|zadə|заде))\b"
_SURNAME_AFTER = (
    rf"\b(?:{_CAPITAL}\. ?){{1,2}}(?!{_TOWNS}){_CAPITAL}{_SURNAME}"
    rf"|\b(?!Port|Station|Порт|Станция){_NAME} (?!{_TOWNS}){_CAPITAL}{_SURNAME}"
)
_INITIALS = (
    rf"\b{_NAME} {_CAPITAL}\. ?{_CAPITAL}\.(?!\w)"
    rf"|(?<![\w.])(?!P\. ?O\.|U\. ?S\.|U\. ?K\.){_CAPITAL}\. ?{_CAPITAL}\. ?{_CAPITAL}[^\W\d_]{{2,}}"
)
_ROLE = (
    r"\b(?i:driver|водител\w+|sürücü|haydovchi|sürüji|named|по имени)\b[\s:,]+(?:is\s+|was\s+)?"
    rf"{_NAME} {_NAME}"
)

_SIGNS = (
    (re.compile(r"[\w.+-]+@[\w-]+\.\w+"), "looks like an e-mail address"),
    (re.compile(_TELEPHONE), "looks like a telephone number"),
    (re.compile(_IDENTITY), "looks like the number of an identity document"),
    (re.compile(_BIRTH), "looks like a date of birth"),
    (
        re.compile(f"{_TITLE}|{_PATRONYMIC}|{_SURNAME_AFTER}|{_INITIALS}|{_ROLE}"),
        "looks like the name of a person",
    ),
)

_VAGUE = frozenset(
    map(
        fold,
        (
            *("accessories", "apparel", "chemicals", "consolidated", "electronics", "equipment"),
            *("foodstuffs", "freight all kinds", "general cargo", "gifts", "goods", "groupage"),
            *("household goods", "machinery", "machines", "materials", "miscellaneous", "parts"),
            *("personal effects", "products", "samples", "spare parts", "tools", "various goods"),
            *("сборный груз", "товары", "запчасти", "оборудование", "продукты"),
        ),
    )
)
"""Descriptions that leave the officer as wise as before; compared as a whole, folded."""


def nominal_sign(text: str) -> str:
    """Say which kind of personal data a text seems to hold; empty when none is seen."""
    for sign, reason in _SIGNS:
        if sign.search(text):
            return reason
    return ""


def is_vague(description: str) -> bool:
    """Say whether a goods description is one of those that describe nothing."""
    return fold(description) in _VAGUE
