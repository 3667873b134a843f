"""Flows of notices: the published examples, and notices changed in one place."""

import json
from dataclasses import fields

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.conversation.facts import Ref, milliseconds
from node.corridor.flows import EMPTY, Flow, RouteSource, flows_of, read_flow, write_flow
from node.message.document import read_document
from tests.message.conftest import example

ID = "0190f3c2-0000-7000-8000-000000000001"


def flows(value):
    return flows_of(read_document(json.dumps(value).encode()).document, message_id=ID)


def only(value):
    (flow,) = flows(value)
    return flow


def test_consignment_becomes_its_coded_facts():
    notice = example("notice-full")
    flow = only(notice)
    assert flow.message == f"AZ-SCC/{ID}"
    assert flow.notice == Ref("pre-arrival-notice", "AZ-SCC", notice["reference"])
    assert (flow.originator, flow.recipients) == ("AZ-SCC", tuple(notice["recipients"]))
    assert (flow.version, flow.consignment) == (notice["version"], 1)
    assert (flow.office, flow.mode, flow.combined_mode) == ("TM001004", "1", "12")
    assert (flow.exportation, flow.destination) == ("AZ", "TM")
    assert (flow.loading, flow.unloading) == ("AZALA", "TMKRW")
    assert not flow.is_empty_means


@pytest.mark.parametrize("is_test", [True, False])
def test_test_traffic_is_marked(is_test):
    assert only({**example("notice-full"), "test": is_test}).is_test is is_test


def test_expected_arrival_is_that_of_the_journey():
    document = read_document(json.dumps(example("notice-full")).encode()).document
    (flow,) = flows_of(document, message_id=ID)
    assert flow.eta == milliseconds(document.transport.estimated_arrival_at)


def test_goods_are_added_up_by_chapter():
    flow = only(example("notice-trailer-on-ferry"))
    assert flow.chapters == (("08", "3307.2"), ("62", "3032.64"), ("69", "6240"))
    assert flow.gross_mass == "12579.84"


def test_goods_of_one_chapter_are_one():
    notice = example("notice-full")
    notice["consignments"][0]["goods"][1]["hs_code"] = "390210"
    assert only(notice).chapters == (("39", "24960.5"),)


def test_masses_are_added_exactly():
    notice = example("notice-minimum")
    goods = notice["consignments"][0]["goods"]
    goods.append({**goods[0], "sequence": 2, "gross_mass": "0.000001"})
    goods[0]["gross_mass"] = "9999999999.999999"
    assert only(notice).gross_mass == "10000000000"


@pytest.mark.parametrize(
    ("name", "boxes"),
    [
        ("notice-full", [(1,)]),
        ("notice-minimum", [(1,)]),
        ("notice-consolidated-container", [(1,), (1,), (1,)]),
        ("notice-road-farap", [()]),
    ],
)
def test_box_belongs_to_each_consignment_in_it(name, boxes):
    assert [flow.boxes for flow in flows(example(name))] == boxes


def test_box_that_does_not_say_what_it_holds_belongs_to_none_of_several():
    notice = example("notice-consolidated-container")
    del notice["equipment"][0]["goods"]
    empty, *others = flows(notice)
    assert (empty.consignment, empty.boxes) == (EMPTY, (1,))
    assert [flow.boxes for flow in others] == [(), (), ()]
    assert not empty.is_empty_means


def test_box_beside_loose_goods_is_not_theirs():
    notice = example("notice-minimum")
    notice["consignments"][0]["container_indicator"] = "0"
    empty, goods = flows(notice)
    assert (empty.boxes, goods.boxes) == ((1,), ())


def test_empty_truck_is_a_flow_without_consignment():
    flow = only(example("notice-empty-truck"))
    assert (flow.consignment, flow.chapters, flow.gross_mass) == (EMPTY, (), "0")
    assert flow.is_empty_means
    assert (flow.exportation, flow.destination, flow.loading) == (None, None, None)


@pytest.mark.parametrize(
    ("countries", "route", "source"),
    [
        (["TM", "UZ", "KG"], ("TM", "UZ", "KG"), RouteSource.TRANSPORT),
        (None, ("TM", "UZ"), RouteSource.OFFICES),
    ],
)
def test_empty_truck_goes_the_way_of_the_means_or_to_the_office(countries, route, source):
    notice = example("notice-empty-truck")
    notice["originator"] = {"authority": "TM-SCS", "unit": "PCU-TURKMENBASHI", "country": "TM"}
    notice["recipients"] = ["UZ-CC"]
    notice["transport"]["routing_countries"] = countries
    if countries is None:
        del notice["transport"]["routing_countries"]
    flow = only(notice)
    assert (flow.route, flow.route_from) == (route, source)


@pytest.mark.parametrize(
    ("own", "means", "ends", "delivery", "route", "source"),
    [
        (["GE", "AZ", "TM"], ["AZ", "TM"], "GE TM", None, "GE AZ TM", RouteSource.CONSIGNMENT),
        (None, ["AZ", "TM"], "GE UZ", None, "GE AZ TM UZ", RouteSource.TRANSPORT),
        (None, ["GE", "AZ", "TM"], "AZ TM", None, "GE AZ TM", RouteSource.TRANSPORT),
        (None, ["UZ", "TM"], "UZ UZ", None, "UZ TM UZ", RouteSource.TRANSPORT),
        (None, None, "GE UZ", None, "GE AZ TM UZ", RouteSource.PLACES),
        (None, None, "AZ UZ", "KZ", "AZ TM KZ UZ", RouteSource.PLACES),
        (None, None, "AZ TM", None, "AZ TM", RouteSource.PLACES),
    ],
)
def test_route_is_taken_from_the_best_that_is_told(own, means, ends, delivery, route, source):
    notice = example("notice-minimum")
    consignment = notice["consignments"][0]
    if own is not None:
        consignment["routing_countries"] = own
    if means is not None:
        notice["transport"]["routing_countries"] = means
    if delivery is not None:
        consignment["place_of_delivery"] = {"name": "Aktau", "country": delivery}
    names = ("country_of_exportation", "country_of_destination")
    consignment.update(zip(names, ends.split(), strict=True))
    flow = only(notice)
    assert (flow.route, flow.route_from) == (tuple(route.split()), source)


def test_place_without_a_code_is_not_known():
    notice = example("notice-minimum")
    notice["consignments"][0]["place_of_loading"] = {"name": "Alat", "country": "AZ"}
    assert only(notice).loading is None


def test_amendment_brings_the_flows_of_what_it_carries():
    amendment = example("amendment-full")
    found = flows(amendment)
    carried = amendment["document"]
    assert found
    assert {flow.version for flow in found} == {carried["version"]}
    assert {flow.notice.reference for flow in found} == {carried["reference"]}
    assert {flow.message for flow in found} == {f"{carried['originator']['authority']}/{ID}"}


def test_document_that_announces_nothing_has_no_flows():
    assert flows(example("alert-full")) == ()


def test_flow_keeps_no_name_and_no_number_of_cargo():
    notice = example("notice-full")
    kept = json.dumps([write_flow(flow) for flow in flows(notice)])
    consignment = notice["consignments"][0]
    for secret in (
        notice["equipment"][0]["identification"],
        notice["transport"]["active_means"]["identification"],
        notice["carrier"]["organisation"]["name"],
        consignment["transport_document"]["number"],
        consignment["ucr"],
        consignment["goods"][0]["description"],
    ):
        assert secret not in kept


CODES = st.text("ABCXYZ019", min_size=1, max_size=8)
MADE = st.builds(
    Flow,
    message=CODES,
    notice=st.builds(Ref, CODES, CODES, CODES),
    version=st.integers(1, 9),
    consignment=st.integers(0, 9),
    recipients=st.lists(CODES, max_size=3).map(tuple),
    eta=st.integers(0, 2**42),
    office=CODES,
    mode=CODES,
    combined_mode=st.none() | CODES,
    route=st.lists(CODES, max_size=4).map(tuple),
    route_from=st.sampled_from(RouteSource),
    exportation=st.none() | CODES,
    destination=st.none() | CODES,
    loading=st.none() | CODES,
    unloading=st.none() | CODES,
    chapters=st.lists(st.tuples(CODES, CODES), max_size=3).map(tuple),
    gross_mass=CODES,
    boxes=st.lists(st.integers(1, 9), max_size=3).map(tuple),
    is_empty_means=st.booleans(),
    is_test=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(MADE)
def test_flow_read_again_is_the_one_written(flow):
    assert read_flow(json.loads(json.dumps(write_flow(flow)))) == flow


def test_flow_is_written_whole():
    assert set(write_flow(only(example("notice-full")))) == {each.name for each in fields(Flow)}
