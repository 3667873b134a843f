import pytest

from tests.convert.messages import MASTER, codes, concerns, ens, goods_item, house, xml


def item_of(**changes):
    draft = ens(*MASTER, house(goods_item(**changes)))
    return draft, draft.value["consignments"][0]["goods"][0]


def packaging(*groups):
    """Give an item with several groups of packages."""
    many = "</packaging><packaging>".join(
        "".join(xml(name, text) for name, text in group.items()) for group in groups
    )
    return item_of(packaging=many)


def test_read_goods_item_with_its_details():
    draft, item = item_of(
        commodity=xml("descriptionOfGoods", "Acetic acid in drums")
        + xml("cusCode", "0012345-6")
        + xml(
            "commodityCode",
            xml("harmonizedSystemSubHeadingCode", "291521"),
            xml("combinedNomenclatureCode", "00"),
        )
        + xml("dangerousGoods", xml("UNNumber", "2789")),
        weight=xml("grossMass", "1000") + xml("netMass", "900.5"),
        countryOfOrigin="AZ",
    )
    assert item == {
        "sequence": 1,
        "description": "Acetic acid in drums",
        "hs_code": "291521",
        "national_code": "29152100",
        "cus_number": "0012345-6",
        "un_number": "2789",
        "gross_mass": "1000",
        "net_mass": "900.5",
        "packages": 10,
        "package_type": "CT",
        "country_of_origin": "AZ",
    }
    assert not draft.failures


@pytest.mark.parametrize(
    ("missing", "member"),
    [("weight", "gross_mass"), ("packaging", "packages"), ("commodity", "description")],
)
def test_read_goods_group_absent_fails_the_draft(missing, member):
    draft, item = item_of(**{missing: None})
    assert member not in item
    assert set(codes(draft)) == {"member.missing"}


def test_read_goods_packages_of_one_kind_are_added_up():
    draft, item = packaging(
        {"numberOfPackages": "10", "typeOfPackages": "CT", "shippingMarks": "A 1-10"},
        {"numberOfPackages": "3", "typeOfPackages": "CT", "shippingMarks": "A 11-13"},
    )
    assert (item["packages"], item["shipping_marks"]) == (13, "A 1-10 A 11-13")
    assert not [source for source, _ in concerns(draft, "dropped") if "packaging" in source]


def test_read_goods_packages_of_another_kind_are_counted_and_the_kind_dropped():
    draft, item = packaging(
        {"numberOfPackages": "10", "typeOfPackages": "CT"},
        {"numberOfPackages": "3", "typeOfPackages": "DR"},
    )
    assert (item["packages"], item["package_type"]) == (13, "CT")
    (dropped,) = [source for source, _ in concerns(draft, "dropped") if "packaging" in source]
    assert dropped.endswith("/goodsItem/packaging/typeOfPackages, line 1")


def test_read_goods_kind_absent_from_the_first_group_fails_the_draft():
    draft, _ = packaging({"numberOfPackages": "10"}, {"typeOfPackages": "CT"})
    assert codes(draft) == ["member.missing"]


@pytest.mark.parametrize(("kind", "expected"), [("VR", []), ("CT", ["member.missing"])])
def test_read_goods_without_a_number_is_bulk_or_fails(kind, expected):
    draft, _ = item_of(packaging=xml("typeOfPackages", kind))
    assert codes(draft) == expected


def test_read_goods_number_of_packages_in_words_fails_the_draft():
    draft, _ = item_of(packaging=xml("numberOfPackages", "ten") + xml("typeOfPackages", "CT"))
    assert codes(draft) == ["convert.number"]


def test_read_goods_national_code_without_hs_is_dropped():
    code = xml("commodityCode", xml("combinedNomenclatureCode", "00"))
    draft, item = item_of(commodity=xml("descriptionOfGoods", "Acetic acid") + code)
    assert "national_code" not in item
    assert codes(draft) == ["member.missing"]


def test_read_goods_without_commodity_code_fails_the_draft():
    draft, _ = item_of(commodity=xml("descriptionOfGoods", "Acetic acid"))
    assert [one.pointer for one in draft.failures] == ["/consignments/0/goods/0/hs_code"]
