"""What the tests of foreign messages share: a context, the shipped samples, small messages."""

import re
from datetime import UTC, datetime
from pathlib import Path

from node.convert.conversion import Context
from node.convert.cuscar import read_cuscar
from node.convert.xml_reader import read_xml

SAMPLES = Path(__file__).parents[2] / "schemas" / "samples"
MALFORMED = Path(__file__).parent / "samples"
CONTEXT = Context(
    authority="AZ-SCC",
    unit="PCU-ALYAT",
    country="AZ",
    recipients=("TM-SCS", "UZ-CC"),
    now=datetime(2026, 11, 24, 6, 30, tzinfo=UTC),
)
FERRY = SAMPLES / "cuscar-d95b-ferry.edi"
ICS2_NAMESPACE = "urn:wco:datamodel:eu:ics2:2"
NCTS_NAMESPACE = "http://ncts.dgtaxud.ec"


def edi(*messages, header="UNB+UNOC:3+A+B+261124:0600+1", footer=None):
    """Give an interchange; each message is its segments between UNH and UNT."""
    lines = [header]
    for number, segments in enumerate(messages, start=1):
        lines += [f"UNH+{number}+CUSCAR:D:95B:UN", *segments, f"UNT+{len(segments) + 2}+{number}"]
    lines.append(footer or f"UNZ+{len(messages)}+1")
    return "".join(f"{line}'\n" for line in lines).encode()


HEAD = (
    "BGM+785+M-1+9",
    "NAD+CA+XEZ",
    "TDT+20+QU-412+1+++++9123453:::QIZIL ULDUZ:AZ",
    "LOC+41+TM001004",
    "DTM+132:202611250330UTC:303",
)
CARGO = (
    "CNI+1",
    "RFF+BM:BL-1",
    "LOC+9+AZALA",
    "LOC+11+TMKRW",
    "NAD+CZ+++Sender+Street+Baku+++AZ",
    "NAD+CN+++Receiver+Street+Ashgabat+++TM",
    "GID+1+10:CT",
    "FTX+AAA+++Hazelnut kernels",
    "MEA+WT+G+KGM:1000",
    "CST++080222",
)


def manifest(*more, head=HEAD, cargo=CARGO):
    """Give the drafts of one manifest; more segments come after its cargo."""
    return read_cuscar(edi((*head, *cargo, *more)), CONTEXT).drafts


def notice_of(*more, head=HEAD, cargo=CARGO):
    """Give the one draft of a manifest."""
    (draft,) = manifest(*more, head=head, cargo=cargo)
    return draft


def xml_notice(text, context=CONTEXT):
    """Give the one draft of an XML document."""
    (draft,) = read_xml(text.encode(), context).drafts
    return draft


def sample(name):
    """Give the text of a shipped sample."""
    return (SAMPLES / name).read_text(encoding="utf-8")


def concerns(draft, concern):
    """Give the remarks of one concern, as (source, pointer)."""
    return [(one.source, one.pointer) for one in draft.remarks if one.concern == concern]


def codes(draft):
    """Give the codes of the failures of a draft."""
    return [one.code for one in draft.failures]


def xml(name, *parts):
    """Give an element: text or elements inside it."""
    return f"<{name}>{''.join(parts)}</{name}>"


def goods_item(**more):
    """Give an item of ICS2, changed by element name."""
    parts = {
        "commodity": xml("descriptionOfGoods", "Hazelnut kernels")
        + xml("commodityCode", xml("harmonizedSystemSubHeadingCode", "080222")),
        "weight": xml("grossMass", "1000"),
        "packaging": xml("numberOfPackages", "10") + xml("typeOfPackages", "CT"),
        **more,
    }
    return xml("goodsItem", *(xml(name, text) for name, text in parts.items() if text is not None))


PARTY = xml("name", "Sender") + xml("typeOfPerson", "2")


def house(goods=None, *more):
    """Give a house consignment of ICS2."""
    return xml(
        "consignmentHouseLevel",
        xml("containerIndicator", "0"),
        xml("consignor", PARTY),
        xml("consignee", PARTY),
        xml("transportDocumentHouseLevel", xml("documentNumber", "H-1"), xml("type", "N730")),
        goods_item() if goods is None else goods,
        *more,
    )


MASTER = (
    xml("carrier", PARTY),
    xml("placeOfLoading", xml("UNLOCODE", "AZBAK")),
    xml("placeOfUnloading", xml("UNLOCODE", "TMASB")),
    xml("transportDocumentMasterLevel", xml("documentNumber", "M-1"), xml("type", "N730")),
)
TRUCK = (
    xml("identificationNumber", "10-AB-123"),
    xml("typeOfIdentification", "30"),
    xml("ModeOfTransport", "3"),
    xml("estimatedDateAndTimeOfArrival", xml("DateTime", "2026-11-26T06:30:00Z")),
)


def ens(*consignment, means=TRUCK, root="IE3F50", more=""):
    """Give the draft of an ENS with this inside its master consignment."""
    body = "".join(
        (
            xml("LRN", "ENS-1"),
            xml("activeBorderTransportMeans", *means),
            xml("consignmentMasterLevel", *consignment),
            xml("customsOfficeOfFirstEntry", xml("referenceNumber", "TM001022")),
            more,
        )
    )
    return xml_notice(f'<{root} xmlns="{ICS2_NAMESPACE}">{body}</{root}>')


def transit(text, *changes):
    """Give the draft of a sample of NCTS, with pieces of its text replaced."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return xml_notice(text)


def without(text, name):
    """Leave out an element and all inside it, everywhere."""
    pattern = rf"<{name}>.*?</{name}>\s*"
    assert re.search(pattern, text, re.DOTALL), name
    return re.sub(pattern, "", text, flags=re.DOTALL)
