"""One goods item of an ICS2 filing or an NCTS declaration.

Responsible for commodity, masses and packages. Must not know the consignment or the boxes.
"""

from node.convert.drafting import Drafting, Found, Path, Unfit
from node.convert.values import commodity, count, kilograms
from node.convert.xml_source import Node
from node.reference.cargo_codes import BULK_PACKAGES


def read_goods(drafting: Drafting, entry: Path, node: Node) -> Path:
    """Add one goods item to a consignment and give its path."""
    item = drafting.begin(*entry, "goods", source=node.source)
    _read_commodity(drafting, item, node)
    mass = node.first("weight") or node.first("commodity", "goodsmeasure")
    if mass is not None:
        drafting.put((*item, "gross_mass"), mass.take("grossmass"), kilograms())
        drafting.put((*item, "net_mass"), mass.take("netmass"), kilograms())
    _read_packages(drafting, item, node)
    drafting.put((*item, "country_of_origin"), node.take("countryoforigin"))
    return item


def _read_commodity(drafting: Drafting, item: Path, node: Node) -> None:
    described = node.take("commodity", "descriptionofgoods")
    drafting.put_text((*item, "description"), described, 512)
    code = node.first("commodity", "commoditycode")
    heading = code.take("harmonizedsystemsubheadingcode") if code else None
    drafting.put((*item, "hs_code"), heading, commodity)
    national = code.take("combinednomenclaturecode") if code else None
    if heading is not None and national is not None:
        both = Found(heading.text + national.text, national.source)
        drafting.put((*item, "national_code"), both, commodity)
    drafting.put((*item, "cus_number"), node.take("commodity", "cuscode"))
    drafting.put((*item, "un_number"), node.take("commodity", "dangerousgoods", "unnumber"))


def _read_packages(drafting: Drafting, item: Path, node: Node) -> None:
    """Read the packages: one kind and one number; other kinds are counted, and named as dropped."""
    groups = node.all("packaging")
    if not groups:
        return
    first = groups[0].take("typeofpackages")
    drafting.put((*item, "package_type"), first)
    total = sum(_number(drafting, item, group) for group in groups)
    for group in groups[1:]:
        if first is not None and group.peek("typeofpackages") == first.text:
            group.take("typeofpackages")
    stated = any(group.peek("numberofpackages") for group in groups)
    if stated:
        drafting.put((*item, "packages"), Found(str(total), groups[0].source), count)
    elif first is not None and first.text in BULK_PACKAGES:
        drafting.assume((*item, "packages"), 0, "bulk: not counted", groups[0].source)
    marks = [group.take("shippingmarks") for group in groups]
    text = " ".join(mark.text for mark in marks if mark is not None)
    drafting.put_text((*item, "shipping_marks"), Found(text, groups[0].source), 512)


def _number(drafting: Drafting, item: Path, group: Node) -> int:
    stated = group.take("numberofpackages")
    if stated is None:
        return 0
    try:
        return count(stated.text)
    except Unfit as unfit:
        drafting.fail(unfit.code, str(unfit), stated.source, (*item, "packages"))
        return 0
