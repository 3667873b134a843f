from dataclasses import replace

import pytest

from node.matching.kinds import Kind
from node.matching.parties import gathered, parties_of_notice, parties_of_subject, party_keys
from node.message.party import Party
from node.message.subject import Subject, SubjectParty
from tests.matching.making import alert, company, consignment, ferry, notice, party, person


def test_parties_of_a_notice_are_all_its_roles_with_their_places():
    driver = {"name": "Elmar Testzade", "identification": "C00000001"}
    document = notice(
        declarant=company("Goyazan Broker MMC"),
        transport=ferry(driver=driver),
        consignments=[consignment(buyer=person("Aylar Nusgayeva"))],
    )
    assert [(each.role, each.pointer, each.consignments) for each in parties_of_notice(document)] == [
        ("carrier", "/carrier/organisation/name", ()),
        ("declarant", "/declarant/organisation/name", ()),
        ("driver", "/transport/driver/name", ()),
        ("consignor", "/consignments/0/consignor/organisation/name", (1,)),
        ("consignee", "/consignments/0/consignee/organisation/name", (1,)),
        ("buyer", "/consignments/0/buyer/person/name", (1,)),
    ]


def test_numbers_of_a_company_are_its_tax_number_and_its_lei():
    lei = "529900T8BM49AURSDO55"
    who = company(identification="1700456781", identification_type="VOEN", lei=lei)
    (one,) = parties_of_subject(alert(party(who) | {"ucrs": ["6AZ1"]}).subject, "subject")
    assert [(mark.kind, mark.pointer) for mark in one.numbers] == [
        (Kind.PARTY_NUMBER, "/subject/parties/0/party/organisation/identification"),
        (Kind.LEI, "/subject/parties/0/party/organisation/lei"),
    ]
    assert one.number_type == "VOEN"


@pytest.mark.parametrize(
    ("who", "country"),
    [
        (company(country="TM"), "TM"),
        ({"type_of_person": "2", "organisation": {"name": "Nobody"}}, None),
        (person("Aylar", "UZ"), "UZ"),
        ({"type_of_person": "1", "person": {"name": "Aylar"}}, None),
        (
            {
                "type_of_person": "1",
                "person": {"name": "Aylar", "address": {"city": "Mary", "country": "TM"}},
            },
            "TM",
        ),
    ],
)
def test_country_of_a_party_is_its_address_or_nationality(who, country):
    (one,) = parties_of_subject(alert(party(who) | {"ucrs": ["6AZ1"]}).subject)
    assert one.country == country


def test_short_number_of_a_party_is_none():
    (one,) = parties_of_subject(alert(party(company(identification="17")) | {"ucrs": ["6AZ1"]}).subject)
    assert one.numbers == ()


def test_thin_name_is_looked_up_as_a_whole_in_any_order():
    one, other = (
        next(parties_of_subject(alert(party(person(name)) | {"ucrs": ["6AZ1"]}).subject))
        for name in ("Karimov Ali", "Ali Karimov")
    )
    assert party_keys(one) == party_keys(other) == ("=ali+karimov",)


def test_party_of_the_whole_notice_stays_of_the_whole_when_gathered():
    (whole, *_), (one, *_) = (
        [each for each in parties_of_notice(notice()) if each.role == role]
        for role in ("carrier", "consignor")
    )
    same = replace(one, consignments=())
    assert gathered([whole]) == (whole,)
    assert gathered([one, same]) == (same,)


def test_party_that_is_nobody_is_refused():
    nobody = Party.model_construct(type_of_person="2", organisation=None, person=None)
    broken = Subject.model_construct(parties=(SubjectParty.model_construct(role="CZ", party=nobody),))
    with pytest.raises(ValueError, match="an organisation or a person"):
        list(parties_of_subject(broken))
