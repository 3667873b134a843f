from tests.convert.messages import HEAD, codes, concerns, notice_of


def boxed(*segments, **more):
    return notice_of(head=(*HEAD, *segments), **more)


def test_read_boxes_box_with_its_details():
    draft = boxed(
        "EQD+CN+CSQU3054383:102:5+22G1:102:5+2+3+5", "SEL+AZ1+CU", "SEL+kL-2+XX", "SEL", "TMP+2"
    )
    assert draft.value["equipment"] == [
        {
            "sequence": 1,
            "identification": "CSQU3054383",
            "identification_scheme": "iso6346",
            "size_type": "22G1",
            "supplier_type": "2",
            "packed_status": "5",
            "seals": [{"number": "AZ1", "party": "CU"}, {"number": "kL-2"}],
        }
    ]
    assert ("segment 10 SEL", "") in concerns(draft, "dropped")


def test_read_boxes_status_unknown_is_dropped():
    draft = boxed("EQD+CN+CSQU3054383++++6")
    assert "packed_status" not in draft.value["equipment"][0]
    assert ("segment 8 EQD", "") in concerns(draft, "dropped")


def test_read_boxes_swap_body_and_load_unit_have_their_own_rules():
    draft = boxed("EQD+SW+ABCK1234560", "EQD+UL+AKE12345XY")
    assert [one["identification_scheme"] for one in draft.value["equipment"]] == ["ilu", "other"]


def test_read_boxes_wagon_listed_after_its_box_is_linked():
    draft = boxed("EQD+CN+CSQU3054383", "EQA+RR+24512345", "EQA+ZZ+1", "EQA+RR", "EQD+RR+24512345")
    assert draft.value["transport"]["passive_means"] == [
        {"sequence": 1, "identification": "24512345", "identification_type": "20"}
    ]
    assert draft.value["equipment"][0]["passive_means"] == 1
    assert draft.value["transport"]["combined_mode"] == "12"


def test_read_boxes_country_of_a_trailer_is_kept():
    draft = boxed("EQD+TE+90-TR-771:::AZ")
    assert draft.value["transport"]["passive_means"][0]["nationality"] == "AZ"


def test_read_boxes_box_without_number_fails_the_draft():
    assert codes(boxed("EQD+CN")) == ["convert.segment_missing"]


def test_read_boxes_wagon_without_number_is_dropped():
    draft = boxed("EQD+RR")
    assert "passive_means" not in draft.value["transport"]
    assert not draft.failures


def test_read_boxes_other_equipment_is_dropped():
    draft = boxed("EQD+PA+12")
    assert "equipment" not in draft.value
    assert ("segment 8 EQD", "") in concerns(draft, "dropped")


def test_read_boxes_wagons_beyond_all_measure_are_refused_by_the_rules():
    wagons = [f"EQA+RR+{number}" for number in range(24512300, 24512410)]
    draft = boxed("EQD+CN+CSQU3054383", *wagons)
    assert "list.length" in codes(draft)
