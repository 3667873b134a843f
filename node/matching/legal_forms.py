"""Legal forms and everyday words of company names, in the corridor's languages.

Responsible for which words say what kind of company it is, and which say only what it trades in. Must
not compare names. Words are held as they sound (`spelling`), so that one entry serves both alphabets.
"""
# ruff: noqa: RUF001  words of the corridor's languages: their letters look like others on purpose

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from node.matching.spelling import sounds

_FORMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "limited": "ООО OOO MMC LLC Ltd Limited GmbH MChJ МЧЖ МЧҶ ТОО TOO ОсОО OsOO JShS XMCh ЖЧК ҶДММ"
        " JDMM ММЖ ШПС Şti Co Company Kompaniyasy Şirketi",
        "stock": "АО ОАО ЗАО ПАО OAO ZAO PAO JSC OJSC CJSC PJSC ASC QSC АЖ AJ АК AK АҶ ҶС AS AŞ PLC HJ"
        " ХО AAJ Inc Corp Corporation",
        "joint": "СП JV QK ҚК KK",
        "private": "ЧП ИП PE ИЧП ХК XK IP ChP YaTT ЯТТ ФХ FX KH HK ХТ XT",
        "state": "ГУП ДП GUP DUK ДУК ФГУП Kombinaty",
    }
)
"""Group to the forms of it, as written; forms of one group are taken for each other."""

_IN_FULL: Final[Mapping[str, str]] = MappingProxyType(
    {
        "общество с ограниченной ответственностью": "limited",
        "məhdud məsuliyyətli cəmiyyəti": "limited",
        "masuliyati cheklangan jamiyati": "limited",
        "masuliyati cheklangan jamiyat": "limited",
        "limited liability company": "limited",
        "hojalyk jemgyýeti": "limited",
        "акционерное общество": "stock",
        "открытое акционерное общество": "stock",
        "joint stock company": "stock",
        "açıq səhmdar cəmiyyəti": "stock",
        "aksiyadorlik jamiyati": "stock",
        "совместное предприятие": "joint",
        "qoʻshma korxona": "joint",
        "индивидуальный предприниматель": "private",
        "частное предприятие": "private",
        "xususiy korxona": "private",
        "yakka tartibdagi tadbirkor": "private",
        "hususy kärhana": "private",
    }
)

_EVERYDAY: Final = (
    "trade trading трейд трейдинг savdo ticaret торговля торговый söwda commerce torg торг",
    "logistics logistik logistika логистика логистик",
    "transport transit tranzit trans транс транспорт транзит",
    "broker брокер",
    "export eksport экспорт",
    "express ekspress экспресс",
    "import импорт",
    "cargo karqo карго",
    "group grup группа холдинг holding",
    "industrial sənaye sanoat промышленный",
    "textile tekstil текстиль dokma",
    "agro aqro агро",
    "metal металл",
    "polimer polymer полимер",
    "himiya kimya chemical химия",
    "meva мева fruit fruits",
    "plus плюс",
    "service servis сервис",
    "global глобал international beynəlxalq xalqaro международный",
    "firma фирма",
    "dış foreign",
    "and və va и we",
    "market маркет bazar bozor",
    "invest инвест",
    "stroy строй qurilish inşaat",
    "auto avto awto авто",
    "food gida qida",
    "mebel мебель",
    "energy energo энерго",
)
"""Words that say what a company trades in, not which one it is; each line says one thing."""

FORM_GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {sound: group for group, words in _FORMS.items() for word in words.split() for sound in sounds(word)}
)
"""The sound of one word to the group of legal forms it stands for."""

PHRASES: Final[tuple[tuple[tuple[str, ...], str], ...]] = tuple(
    sorted(
        (
            (tuple(sounds(word)[0] for word in phrase.split()), group)
            for phrase, group in _IN_FULL.items()
        ),
        key=lambda entry: (-len(entry[0]), entry[0]),
    )
)
"""Legal forms in full, word by word as they sound; the longest first."""

EVERYDAY: Final[Mapping[str, str]] = MappingProxyType(
    {
        sound: sounds(line.split()[0])[0]
        for line in _EVERYDAY
        for word in line.split()
        for sound in sounds(word)
    }
)
"""The sound of an everyday word to that of the first on its line."""
