from node.convert.cuscar_groups import arrange
from node.convert.segments import Marks, segments


def arranged(*lines):
    return arrange(segments("".join(f"{line}'" for line in lines), Marks()))


def tags(found):
    return [one.tag for one in found]


def test_arrange_head_transport_and_boxes_are_told_apart():
    manifest = arranged(
        "BGM", "NAD+CA", "TDT+20", "LOC+9", "DTM+132", "GIS+1", "EQD+CN", "MEA", "EQD+CN", "SEL", "CNT"
    )
    assert tags(manifest.head) == ["BGM", "NAD", "GIS", "CNT"]
    assert [tags(one.rest) for one in manifest.transports] == [["LOC", "DTM"]]
    assert [tags(one.rest) for one in manifest.boxes] == [["MEA"], ["SEL"]]


def test_arrange_consignment_holds_means_and_goods():
    (consignment,) = arranged(
        "CNI+1", "RFF+BM", "TDT+20", "DTM+132", "NAD+CZ", "GID+1", "FTX"
    ).consignments
    assert tags(consignment.rest) == ["RFF", "NAD"]
    assert [tags(one.rest) for one in consignment.means] == [["DTM"]]
    assert [tags(one.rest) for one in consignment.goods] == [["FTX"]]


def test_arrange_document_after_goods_begins_a_consignment_of_its_own():
    first, second = arranged("CNI+1", "RFF+BM", "GID+1", "RFF+BM", "GID+1").consignments
    assert (tags(first.rest), tags(second.rest)) == (["RFF"], ["RFF"])


def test_arrange_other_reference_after_goods_belongs_to_the_goods():
    (consignment,) = arranged("CNI+1", "GID+1", "RFF+ABT").consignments
    assert [tags(one.rest) for one in consignment.goods] == [["RFF"]]


def test_arrange_location_after_a_box_is_of_the_head():
    assert tags(arranged("TDT+20", "EQD+CN", "LOC+9").head) == ["LOC"]
