"""Invented companies and people of the corridor, each written as three languages would write it.

Responsible for names and their spellings, put down by hand: they must not come from the rules that are
being measured. A word is three: in its own Latin letters, in Russian, in English.
"""
# ruff: noqa: RUF001  letters of the corridor's languages

from dataclasses import dataclass
from random import Random
from typing import Final

_ROOTS: Final = (
    ("Xəzər", "Хазар", "Khazar"), ("Göyəzən", "Гёязан", "Goyazan"), ("Şirvan", "Ширван", "Shirvan"),
    ("Qarabağ", "Карабах", "Garabagh"), ("Naxçıvan", "Нахчыван", "Nakhchivan"),
    ("Abşeron", "Абшерон", "Absheron"), ("Lənkəran", "Ленкорань", "Lankaran"),
    ("Çinar", "Чинар", "Chinar"), ("Cavanşir", "Джаваншир", "Javanshir"),
    ("Qızılağac", "Гызылагадж", "Gizilagaj"), ("Muğan", "Мугань", "Mughan"),
    ("Zarafshon", "Зарафшан", "Zarafshan"), ("Toshkent", "Ташкент", "Tashkent"),
    ("Samarqand", "Самарканд", "Samarkand"), ("Qoraqum", "Каракум", "Karakum"),
    ("Sirdaryo", "Сырдарья", "Syrdarya"), ("Xorazm", "Хорезм", "Khorezm"),
    ("Oltinkoʻl", "Алтынкуль", "Oltinkul"), ("Yulduz", "Юлдуз", "Yulduz"),
    ("Gʻalaba", "Галаба", "Galaba"), ("Nurafshon", "Нурафшон", "Nurafshon"),
    ("Chinor", "Чинор", "Chinor"), ("Jayxun", "Джайхун", "Jayhun"), ("Boʻston", "Бустон", "Buston"),
    ("Garaşsyzlyk", "Гарашсызлык", "Garashsyzlyk"), ("Altyn Asyr", "Алтын Асыр", "Altyn Asyr"),
    ("Ýüpek", "Юпек", "Yupek"), ("Balkan", "Балкан", "Balkan"), ("Amyderýa", "Амударья", "Amudarya"),
    ("Hazar", "Хазар", "Hazar"), ("Çandybil", "Чандыбиль", "Chandybil"), ("Gyrat", "Гырат", "Gyrat"),
    ("Merjen", "Мерджен", "Merjen"), ("Köpetdag", "Копетдаг", "Kopetdag"),
    ("Ромашка", "Ромашка", "Romashka"), ("Северный Путь", "Северный Путь", "Severny Put"),
    ("Вектор", "Вектор", "Vector"), ("Каспийская Заря", "Каспийская Заря", "Kaspiyskaya Zarya"),
    ("Жемчужина", "Жемчужина", "Zhemchuzhina"), ("Щукинский", "Щукинский", "Shchukinsky"),
    ("Anadolu", "Анадолу", "Anadolu"), ("Boğaziçi", "Богазичи", "Bogazici"),
    ("Karadeniz", "Карадениз", "Karadeniz"), ("Yıldızlı", "Йылдызлы", "Yildizli"),
    ("Kolxeti", "Колхети", "Kolkheti"), ("Tianshan", "Тяньшань", "Tianshan"),
)  # fmt: skip
_TRADES: Final = (
    ("Logistika", "Логистика", "Logistics"), ("Tekstil", "Текстиль", "Textile"),
    ("Eksport", "Экспорт", "Export"), ("Trans", "Транс", "Trans"), ("Aqro", "Агро", "Agro"),
    ("Metal", "Металл", "Metal"), ("Polimer", "Полимер", "Polymer"), ("Broker", "Брокер", "Broker"),
    ("Savdo", "Савдо", "Savdo"), ("Invest", "Инвест", "Invest"), ("Servis", "Сервис", "Service"),
    ("Ekspress", "Экспресс", "Express"), ("Kargo", "Карго", "Cargo"),
    ("Qurilish", "Курилиш", "Qurilish"),
)  # fmt: skip
_FORMS: Final = (
    ("MMC", "ООО", "LLC"), ("MChJ", "МЧЖ", "LLC"), ("ASC", "ОАО", "JSC"), ("AJ", "АО", "JSC"),
    ("QK", "СП", "JV"), ("XK", "ЧП", "PE"),
)  # fmt: skip
_SURNAMES: Final = (
    ("Məmmədov", "Мамедов", "Mammadov"), ("Hüseynov", "Гусейнов", "Huseynov"),
    ("Əliyev", "Алиев", "Aliyev"), ("Hacıyev", "Гаджиев", "Hajiyev"), ("Qasımov", "Касумов", "Gasimov"),
    ("Karimov", "Каримов", "Karimov"), ("Yoʻldoshev", "Юлдашев", "Yuldashev"),
    ("Xoʻjayev", "Ходжаев", "Khodjaev"), ("Gʻulomov", "Гулямов", "Gulyamov"),
    ("Joʻrayev", "Джураев", "Juraev"), ("Amanow", "Аманов", "Amanov"),
    ("Durdyýew", "Дурдыев", "Durdyev"), ("Orazgeldiýew", "Оразгельдыев", "Orazgeldiev"),
    ("Щербаков", "Щербаков", "Shcherbakov"), ("Жуковский", "Жуковский", "Zhukovsky"),
)  # fmt: skip
_GIVEN: Final = (
    ("Elçin", "Эльчин", "Elchin"), ("Cavid", "Джавид", "Javid"), ("Rəşad", "Рашад", "Rashad"),
    ("Ilqar", "Ильгар", "Ilgar"), ("Alisher", "Алишер", "Alisher"), ("Shoxrux", "Шохрух", "Shokhrukh"),
    ("Bahodir", "Баходир", "Bakhodir"), ("Gurbanguly", "Гурбангулы", "Gurbanguly"),
    ("Merdan", "Мердан", "Merdan"), ("Ýusup", "Юсуп", "Yusup"), ("Сергей", "Сергей", "Sergey"),
    ("Юрий", "Юрий", "Yuri"),
)  # fmt: skip

NATIVE, RUSSIAN, ENGLISH = range(3)
"""Which of the three spellings."""


@dataclass(frozen=True, slots=True)
class Company:
    """A company: root, trade and legal form, each in three spellings; and where it is.

    Attributes:
        number: its tax number.
    """

    root: tuple[str, str, str]
    trade: tuple[str, str, str]
    form: tuple[str, str, str]
    country: str
    number: str

    def name(self, spelling: int = NATIVE, *, form: int | None = None) -> str:
        """Give its name as one language writes it; the legal form of another, if wanted."""
        legal = self.form[spelling if form is None else form]
        if spelling == RUSSIAN:
            return f"{legal} «{self.root[1]} {self.trade[1]}»"
        return f"{self.root[spelling]} {self.trade[spelling]} {legal}"

    def turned(self) -> str:
        """Give its name with the words in another order."""
        return f"{self.form[ENGLISH]} {self.trade[ENGLISH]} {self.root[ENGLISH]}"


@dataclass(frozen=True, slots=True)
class Individual:
    """A person with surname, given name and father's name, and the number of a document."""

    surname: tuple[str, str, str]
    given: tuple[str, str, str]
    father: tuple[str, str, str]
    country: str
    number: str

    def name(self, spelling: int = NATIVE) -> str:
        """Give the full name; Russian marks the father's name by an ending, others by a word."""
        son = {NATIVE: f"{self.father[0]} oğlu", RUSSIAN: _patronymic(self.father[1]),
               ENGLISH: f"{self.father[2]} ogly"}[spelling]  # fmt: skip
        return f"{self.surname[spelling]} {self.given[spelling]} {son}"

    def short(self, spelling: int = NATIVE) -> str:
        """Give only given name and surname."""
        return f"{self.given[spelling]} {self.surname[spelling]}"


def companies(rng: Random, count: int) -> list[Company]:
    """Invent companies, no two of one name in one country; every root is shared by several."""
    made: dict[tuple[str, str], Company] = {}
    while len(made) < count:
        root, trade = rng.choice(_ROOTS), rng.choice(_TRADES)
        country = rng.choice(("AZ", "TM", "UZ", "RU", "TR", "KZ"))
        number = f"{rng.randrange(10**9, 10**10)}"
        made.setdefault((root[0], trade[0]), Company(root, trade, rng.choice(_FORMS), country, number))
    return list(made.values())


def family_of(rng: Random, company: Company) -> Company:
    """Invent another company of the same root: a sister, or a stranger with the same idea."""
    other = rng.choice([trade for trade in _TRADES if trade != company.trade])
    number = f"{rng.randrange(10**9, 10**10)}"
    return Company(company.root, other, company.form, company.country, number)


def individuals(rng: Random, count: int) -> list[Individual]:
    """Invent people; surnames and given names come again and again, all three together once."""
    made: dict[tuple[str, str, str], Individual] = {}
    while len(made) < count:
        surname = rng.choice(_SURNAMES)
        given, father = rng.sample(_GIVEN, 2)
        country, number = rng.choice(("AZ", "TM", "UZ")), f"C{rng.randrange(10**7, 10**8)}"
        key = (surname[0], given[0], father[0])
        made.setdefault(key, Individual(surname, given, father, country, number))
    return list(made.values())


def _patronymic(given: str) -> str:
    return f"{given[:-1]}евич" if given.endswith(("й", "ь")) else f"{given}ович"
