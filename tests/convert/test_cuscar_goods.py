import pytest

from tests.convert.messages import CARGO, HEAD, codes, concerns, notice_of


def goods_of(*segments, first="GID+1+10:CT", description="FTX+AAA+++Hazelnut kernels"):
    return notice_of(cargo=(*CARGO[:6], first, description, *segments))


def item_of(draft):
    return draft.value["consignments"][0]["goods"][0]


def test_read_goods_item_with_its_details():
    draft = goods_of(
        "FTX+AAA+++shelled",
        "MEA+WT+AAB+TNE:1.5",
        "MEA+AAE+N+KGM:1400",
        "PCI+28+QM:1-10",
        "PCI++second",
        "CST+1+0802220000:122",
        "DGS+IMD+3+1263",
        "LOC+27+AZ",
        "MOA+39:5400.5:USD",
    )
    assert item_of(draft) == {
        "sequence": 1,
        "packages": 10,
        "package_type": "CT",
        "description": "Hazelnut kernels shelled",
        "shipping_marks": "QM 1-10 second",
        "gross_mass": "1500",
        "net_mass": "1400",
        "hs_code": "080222",
        "national_code": "0802220000",
        "un_number": "1263",
        "country_of_origin": "AZ",
        "value": {"amount": "5400.5", "currency": "USD"},
    }
    assert not draft.failures


def test_read_goods_kind_of_package_absent_is_told():
    draft = goods_of("MEA+WT+G+KGM:1", "CST++080222", first="GID+1+10")
    assert item_of(draft)["package_type"] == "PK"
    pointer = "/consignments/0/goods/0/package_type"
    assert ("segment 14 GID", pointer) in concerns(draft, "defaulted")


def test_read_goods_number_out_of_order_is_dropped():
    draft = goods_of("MEA+WT+G+KGM:1", "CST++080222", first="GID+4+10:CT")
    assert item_of(draft)["sequence"] == 1
    assert ("segment 14 GID", "") in concerns(draft, "dropped")


def test_read_goods_without_packages_fails_the_draft():
    assert codes(goods_of("MEA+WT+G+KGM:1", "CST++080222", first="GID+1"))[0] == "member.missing"


@pytest.mark.parametrize(
    "segment",
    [
        "MEA+WT+T+KGM:1",
        "MEA+VOL++MTQ:1",
        "MEA+WT+G+KGM:2",
        "CST++080232",
        "CST+1",
        "DGS+IMD+3+1264",
        "LOC+9+AZALA",
        "MOA+5:1:USD",
        "MOA+39:1",
        "HAN+1",
    ],
)
def test_read_goods_without_a_member_is_dropped(segment):
    draft = goods_of("MEA+WT+G+KGM:1", "CST++080222", "DGS+IMD+3+1263", segment)
    assert ("segment 19 " + segment[:3], "") in concerns(draft, "dropped")
    assert not draft.failures


def test_read_goods_other_text_is_a_statement_of_the_consignment():
    draft = goods_of("FTX+AAI+++Keep dry", "MEA+WT+G+KGM:1", "CST++080222")
    assert draft.value["consignments"][0]["statements"] == [{"type": "AAI", "text": "Keep dry"}]


def test_read_goods_in_a_box_on_a_wagon_are_linked_once():
    head = (*HEAD, "EQD+CN+CSQU3054383", "EQD+RR+24512345")
    lines = ("SGP+CSQU3054383+4", "SGP+24512345", "SGP+24512345")
    draft = notice_of(*lines, head=head)
    assert draft.value["equipment"][0]["goods"] == [{"consignment": 1, "item": 1}]
    assert draft.value["consignments"][0]["passive_means"] == [1]
    assert draft.value["consignments"][0]["container_indicator"] == "1"
    assert not draft.failures


def test_read_goods_in_a_box_nobody_lists_fails_the_draft():
    assert codes(notice_of("SGP+CSQU3054383+4")) == ["convert.box_unknown"]
