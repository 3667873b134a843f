"""Measured cases that look for a company or a person, by name or by number.

Responsible for who is looked for and for who only seems to be the one.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Final

from bench.matching_names import Company, family_of
from bench.matching_parts import Members, organisation, person
from bench.matching_traffic import Traffic
from bench.matching_wanted import Case, watch


def company(
    name: Callable[[Traffic, Company], str], *, number: bool = False
) -> Callable[[Traffic], Case]:
    """Make watch items on a company; concerned is every notice in which it takes part."""

    def make(traffic: Traffic) -> Case:
        company = traffic.rng.choice(traffic.companies)
        notice = traffic.wagon()
        notice["consignments"][0]["consignee"] = organisation(company)
        party = organisation(company, name(traffic, company))
        if not number:
            del party["organisation"]["identification"]
        wanted = watch(traffic, {"parties": [{"role": "ZZ", "party": party}]})
        return Case("", wanted, (notice,), frozenset({notice["reference"]}), takes_part(company.number))

    return make


def takes_part(number: str) -> Callable[[Members], bool]:
    """Give a test for notices in which the owner of a number has part."""

    def test(notice: Members) -> bool:
        holders = [notice, *notice["consignments"]]
        parties = [holder[role] for holder in holders for role in ROLES if role in holder]
        return any(
            who.get("identification") == number
            for party in parties
            for who in party.values()
            if isinstance(who, dict)
        )

    return test


ROLES: Final = ("carrier", "consignor", "consignee")


def individual(native: int, wanted_in: int, *, short: bool = False) -> Callable[[Traffic], Case]:
    """Make watch items on a person, by name alone."""

    def make(traffic: Traffic) -> Case:
        who = traffic.rng.choice(traffic.people)
        notice = traffic.wagon()
        notice["consignments"][0]["consignee"] = person(who, who.name(native))
        party = person(who, who.short(wanted_in) if short else who.name(wanted_in))
        del party["person"]["identification"], party["person"]["document_type"]
        wanted = watch(traffic, {"parties": [{"role": "CN", "party": party}]})
        return Case("", wanted, (notice,), frozenset({notice["reference"]}), takes_part(who.number))

    return make


def sister(traffic: Traffic) -> Case:
    """A company of the same root in another trade."""
    made = company(lambda _, who: who.name())(traffic)
    name = made.wanted["subject"]["parties"][0]["party"]["organisation"]["name"]
    own = next(each for each in traffic.companies if each.name() == name)
    other = traffic.wagon()
    other["consignments"][0]["consignee"] = organisation(family_of(traffic.rng, own))
    return replace(made, notices=(*made.notices, other))


def abroad(traffic: Traffic) -> Case:
    """A company of the very same name in another country."""
    made = company(lambda _, who: who.name())(traffic)
    party = deepcopy(made.wanted["subject"]["parties"][0]["party"])
    party["organisation"]["address"]["country"] = "CN"
    other = traffic.wagon()
    other["consignments"][0]["consignee"] = party
    return replace(made, notices=(*made.notices, other))


def namesake(traffic: Traffic) -> tuple[Members, list[Members], list[Members]]:
    """Somebody else with the same given name and surname: nobody is looked for by so little."""
    who = traffic.rng.choice(traffic.people)
    notice = traffic.wagon()
    notice["consignments"][0]["consignee"] = person(who, who.short())
    del notice["consignments"][0]["consignee"]["person"]["identification"]
    party = person(who, who.short())
    del party["person"]["identification"], party["person"]["document_type"]
    return watch(traffic, {"parties": [{"role": "CN", "party": party}]}), [], [notice]


def spelled(spelling: int) -> Callable[[Traffic, Company], str]:
    """Give how a company is written in one language."""
    return lambda _, who: who.name(spelling)
