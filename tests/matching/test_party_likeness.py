import pytest

from node.matching.kinds import Kind
from node.matching.likeness import likeness
from node.matching.party_likeness import _MOST_IN_ALL, party_likenesses
from node.matching.sides import look_at, look_for
from tests.matching.making import company, consignment, notice, party, person, watch

NAME = "Zarafshon Tekstil MChJ"
LEI = "529900T8BM49AURSDO55"


def points(looked_for, *seen, more=None):
    consignments = [
        consignment(place + 1, f"SMGS-2411773{place}", consignee=who) for place, who in enumerate(seen)
    ]
    wanted = look_for(watch(party(looked_for, "CN") | (more or {})))
    given = party_likenesses(wanted, look_at(notice(consignments=consignments)))
    return [(each.kind, each.points, each.consignments) for each in given]


@pytest.mark.parametrize(
    ("looked_for", "seen", "expected"),
    [
        (company(NAME, "UZ"), company(NAME, "UZ"), 72),
        (company(NAME, "UZ"), company(NAME, "TM"), 21),
        ({"type_of_person": "2", "organisation": {"name": NAME}}, company(NAME, "UZ"), 62),
        (company(NAME, "UZ"), company("Zarafshan Textile LLC", "UZ"), 65),
        (company("Araz MMC", "AZ"), company("Araz LLC", "AZ"), 24),
        (person("Karimov Ali"), person("Karimov Ali"), 24),
        (person("Karimov Ali Anvarovich"), person("Karimov Ali Anvar oglu"), 72),
    ],
)
def test_name_is_worth_more_the_more_there_is_in_it(looked_for, seen, expected):
    ((kind, given, consignments),) = points(looked_for, seen)
    assert (kind, given, consignments) == (Kind.NAME, expected, (1,))


def test_names_of_two_companies_agree_in_nothing():
    assert points(company(NAME, "UZ"), company("Samarqand Meva MChJ", "UZ")) == []


def test_number_is_worth_most_and_stands_beside_the_name():
    who = company(NAME, "UZ", identification="302233445", identification_type="STIR")
    assert points(who, who) == [
        (Kind.NAME, 72, (1,)),
        (Kind.PARTY_NUMBER, 88, (1,)),
    ]


@pytest.mark.parametrize(
    "other",
    [
        company(NAME, "UZ", identification="302233445", identification_type="VOEN"),
        company("Samarqand Meva MChJ", "UZ", identification="302233445", identification_type="STIR"),
    ],
)
def test_number_of_another_kind_or_a_stranger_is_unsure(other):
    who = company(NAME, "UZ", identification="302233445", identification_type="STIR")
    assert (Kind.PARTY_NUMBER, 52, (1,)) in points(who, other)


def test_lei_is_the_same_whatever_kind_the_tax_number_is_of():
    one = company(NAME, "UZ", lei=LEI, identification_type="STIR")
    other = company(NAME, "UZ", lei=LEI, identification_type="OTH")
    assert (Kind.LEI, 92, (1,)) in points(one, other)


def test_company_with_another_tax_number_in_the_same_country_is_another():
    one = company(NAME, "UZ", identification="302233445")
    other = company(NAME, "UZ", identification="302233446")
    assert points(one, other) == [(Kind.NAME, 21, (1,))]
    elsewhere = company(NAME, "UZ", identification="302233446", identification_type="OTH")
    assert points(one, elsewhere) == [(Kind.NAME, 72, (1,))]


def test_person_with_another_passport_may_be_the_same():
    one = person("Karimov Ali Anvarovich", identification="AA0000001")
    other = person("Karimov Ali Anvarovich", identification="AA0000002")
    assert points(one, other) == [(Kind.NAME, 72, (1,))]


def test_number_and_lei_are_not_compared_with_each_other():
    one = company(NAME, "UZ", identification="302233445")
    other = company(NAME, "UZ", lei=LEI)
    assert [kind for kind, _, _ in points(one, other)] == [Kind.NAME]


def test_party_of_two_consignments_belongs_to_both():
    who = company(NAME, "UZ")
    assert points(who, who, company("Samarqand Meva", "UZ"), who) == [(Kind.NAME, 72, (1, 3))]


def test_party_of_the_whole_notice_belongs_to_the_whole():
    wanted = look_for(watch(party(company("Xezer Logistika MMC", "AZ"))))
    (given,) = party_likenesses(wanted, look_at(notice()))
    assert given.consignments == ()
    assert given.seen_at == "/carrier/organisation/name"


def test_party_beside_named_cargo_is_worth_less():
    who = company(NAME, "UZ")
    assert points(who, who, more={"ucrs": ["6AZ1"]}) == [(Kind.NAME, 28, (1,))]


def test_names_that_all_begin_alike_are_compared_only_so_often():
    def many(word, count):
        return [
            company(f"Zarafshon {word}{chr(97 + n // 26)}{chr(97 + n % 26)}", "UZ") for n in range(count)
        ]

    parties = [party(each, "CN")["parties"][0] for each in many("Tekstil", 20)]
    wanted = look_for(watch({"parties": parties}))
    seen = [
        consignment(place + 1, f"SMGS-2411{place:04}", consignee=who)
        for place, who in enumerate(many("Paxta", 150))
    ]
    notice_seen = look_at(notice(consignments=seen))
    likeness.cache_clear()
    list(party_likenesses(wanted, notice_seen))
    assert 0 < likeness.cache_info().misses <= _MOST_IN_ALL
