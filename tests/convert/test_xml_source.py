import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.conversion import Failure
from node.convert.drafting import Drafting
from node.convert.xml_source import (
    MAX_XML_BYTES,
    MAX_XML_DEPTH,
    MAX_XML_NODES,
    MAX_XML_TEXT,
    read_tree,
    say_unused,
)


def root(text):
    tree = read_tree(text.encode())
    assert not isinstance(tree, Failure), tree
    return tree.root


def refused(text):
    failure = read_tree(text if isinstance(text, bytes) else text.encode())
    assert isinstance(failure, Failure)
    return failure.code


def test_read_tree_root_has_namespace_and_name():
    tree = read_tree(b'<n:CC015C xmlns:n="http://ncts.dgtaxud.ec"/>')
    assert (tree.namespace, tree.name) == ("http://ncts.dgtaxud.ec", "CC015C")


def test_read_tree_places_are_path_and_line():
    node = root("<A>\n<b/>\n<b>x</b></A>").all("b")[1]
    assert (node.source, node.text) == ("/A/b[2], line 3", "x")


def test_node_names_are_compared_without_case():
    assert root("<A><UNLocode>AZALA</UNLocode></A>").take("unlocode").text == "AZALA"


def test_node_of_another_namespace_is_never_asked_for_but_named():
    found = root('<A xmlns="urn:a"><o:b xmlns:o="urn:o">x</o:b><c xmlns="">y</c></A>')
    assert (found.first("b"), found.peek("c")) == (None, "y")
    assert [one.path for one in found.unused()] == ["/A/b", "/A/c"]


def test_node_name_that_may_say_anything_is_not_shown():
    found = root("<A><Əli>x</Əli><b Ünvan='y'/></A>")
    assert [one.path for one in found.unused()] == ["/A/?", "/A/b/@?"]


def test_take_empty_text_gives_nothing():
    found = root("<A><b> </b><c/></A>")
    assert [found.take(name) for name in ("b", "c", "d")] == [None] * 3
    assert found.peek("d") == ""


def test_unused_numbers_that_repeat_the_place_are_left_out():
    found = root(
        "<A><b><sequenceNumber>1</sequenceNumber></b><b><sequenceNumber>7</sequenceNumber></b></A>"
    )
    assert [one.path for one in found.unused()] == ["/A/b[2]/sequenceNumber"]


def test_unused_text_beside_elements_is_named():
    found = root("<A>words<b>x</b></A>")
    found.take("b")
    assert list(found.unused()) == []
    assert [one.path for one in root("<A><c>words<b>x</b></c></A>").unused()] == ["/A/c", "/A/c/b"]


def test_say_unused_names_each_path_once():
    drafting = Drafting("here")
    say_unused(drafting, root("<A><b><c>1</c></b><b><c>2</c></b><d>3</d></A>"))
    assert [one.source for one in drafting.finish().remarks] == [
        "/A/b/c, line 1, 2 times",
        "/A/d, line 1",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE A><A/>",
        '<!DOCTYPE A [<!ENTITY x "y">]><A>&x;</A>',
        '<!DOCTYPE A SYSTEM "http://company.example/a.dtd"><A/>',
        '<!DOCTYPE A [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]><A/>',
    ],
)
def test_read_tree_document_type_is_refused(text):
    assert refused(text) == "convert.xml_forbidden"


def test_read_tree_inclusion_is_only_an_element_of_another_namespace():
    found = root('<A><x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/hostname"/></A>')
    assert [(one.path, one.text) for one in found.unused()] == [("/A/include/@href", "/etc/hostname")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "convert.xml_malformed"),
        ("<A>", "convert.xml_malformed"),
        ("<A></B>", "convert.xml_malformed"),
        ("<A>&who;</A>", "convert.xml_malformed"),
        (b"<A>\xff</A>", "convert.xml_malformed"),
        (b'<?xml version="1.0" encoding="KOI-99"?><A/>', "convert.charset"),
        (b'<?xml version="1.0" encoding="shift_jis"?><A/>', "convert.charset"),
        ("<a>" * (MAX_XML_DEPTH + 1), "convert.xml_too_deep"),
        ("<A>" + "x" * (MAX_XML_TEXT + 1) + "</A>", "convert.too_large"),
        (b" " * (MAX_XML_BYTES + 1), "convert.too_large"),
    ],
)
def test_read_tree_that_cannot_be_read_is_named(text, code):
    assert refused(text) == code


@pytest.mark.parametrize("one", ["<b/>", "<b c='1'/>"])
def test_read_tree_too_many_nodes_are_refused(one):
    assert refused("<A>" + one * MAX_XML_NODES + "</A>") == "convert.too_large"


@pytest.mark.parametrize("encoding", ["utf-16", "windows-1251", "iso-8859-5"])
def test_read_tree_declared_encoding_is_used(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><A><b>Ташкент</b></A>'
    assert read_tree(text.encode(encoding)).root.peek("b") == "Ташкент"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=120))
def test_read_tree_random_bytes_are_refused_by_name(raw):
    for given_bytes in (raw, b"<A>" + raw + b"</A>"):
        found = read_tree(given_bytes)
        assert not isinstance(found, Failure) or found.code.startswith("convert.")
