from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.errors import CallerError
from node.gateway.webhook_target import TargetRules, check_address, is_public, read_target

RULES = TargetRules()
INSIDE = TargetRules(
    networks=(ip_network("10.1.0.0/16"), ip_network("fd00:1::/32")),
    ports=frozenset({80, 443, 8443}),
    plain_http=True,
)

HOOKS = read_target("https://hooks.gov.az/", RULES)


def refused(text, rules=RULES):
    with pytest.raises(CallerError) as raised:
        read_target(text, rules)
    return raised.value.code


@pytest.mark.parametrize(
    ("text", "host", "port", "authority"),
    [
        ("https://hooks.gov.az/a/b?c=d", "hooks.gov.az", 443, "hooks.gov.az"),
        ("HTTPS://Hooks.Gov.AZ", "hooks.gov.az", 443, "hooks.gov.az"),
        ("https://hooks.gov.az.:443/", "hooks.gov.az", 443, "hooks.gov.az"),
        ("https://пример.рф/ш", "xn--e1afmkfd.xn--p1ai", 443, "xn--e1afmkfd.xn--p1ai"),
        ("https://intranet/", "intranet", 443, "intranet"),
        ("https://1.1.1.1/", "1.1.1.1", 443, "1.1.1.1"),
        ("https://[2606:4700::1]/", "2606:4700::1", 443, "[2606:4700::1]"),
    ],
)
def test_read_target_public_https_is_taken(text, host, port, authority):
    target = read_target(text, RULES)
    assert (target.host, target.port, target.authority) == (host, port, authority)
    assert target.is_tls


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hooks.gov.az",
        "//hooks.gov.az/",
        "ftp://hooks.gov.az/",
        "file:///etc/passwd",
        "https:///x",
        "https://",
        "https://user:password@hooks.gov.az/",
        "https://@hooks.gov.az/",
        "https://hooks.gov.az@127.0.0.1/",
        "https://hooks.gov.az\\@127.0.0.1/",
        "https://hooks.gov.az#@127.0.0.1/",
        "https://hooks.gov.az/#fragment",
        "https://hooks.gov.az/a b",
        "https://hooks.gov.az/\n",
        "https://hooks.gov.az\t/",
        " https://hooks.gov.az/",
        "https://hooks .gov.az/",
        "https://hooks%2egov.az/",
        "https://hooks..gov.az/",
        "https://.gov.az/",
        "https://-a.gov.az/",
        "https://" + "a" * 64 + ".az/",
        "https://" + "a." * 127 + "az/",
        "https://hooks.gov.az/" + "a" * 2048,
        "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
        "https://127\u30020\u30020\u30021/",
        "https://127.1/",
        "https://0x7f.1/",
        "https://0x7f000001/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://[fe80::1%25eth0]/",
        "https://[::1/",
        "https://[hooks.gov.az]/",
        "https://hooks.gov.az:99999999999/",
        "https://hooks.gov.az:x/",
    ],
)
def test_read_target_odd_url_is_refused(text):
    assert refused(text) in {"webhook.url", "webhook.port", "webhook.address"}


@pytest.mark.parametrize(
    "text",
    [
        "https://user@hooks.gov.az/",
        "https://127.1/",
        "https://2130706433/",
        "https://hooks.gov.az\\@127.0.0.1/",
        "https://0x7f.1/",
    ],
)
def test_read_target_url_that_parsers_read_differently_is_refused_as_such(text):
    assert refused(text, INSIDE) == "webhook.url"


@pytest.mark.parametrize("port", [1, 22, 80, 444, 5672, 8443, 65535])
def test_read_target_other_port_is_refused(port):
    assert refused(f"https://hooks.gov.az:{port}/") == "webhook.port"


def test_read_target_port_that_is_allowed_is_taken():
    target = read_target("https://hooks.gov.az:8443/", INSIDE)
    assert (target.port, target.authority) == (8443, "hooks.gov.az:8443")


def test_read_target_port_443_is_refused_where_it_is_not_named():
    assert refused("https://hooks.gov.az/", TargetRules(ports=frozenset({8443}))) == "webhook.port"


@pytest.mark.parametrize(
    "text", ["http://hooks.gov.az/", "http://10.1.2.3/", "http://hooks.gov.az:443/"]
)
def test_read_target_without_tls_is_refused(text):
    assert refused(text, TargetRules(INSIDE.networks, INSIDE.ports)) == "webhook.plain"


@pytest.mark.parametrize(
    "text", ["http://10.1.2.3/x", "http://[fd00:1::2]:8443/", "http://risk.gov.az/"]
)
def test_read_target_without_tls_into_a_network_that_is_named_is_taken(text):
    assert not read_target(text, INSIDE).is_tls


def test_read_target_without_tls_to_a_public_address_is_refused():
    assert refused("http://1.1.1.1/", INSIDE) == "webhook.plain"


def test_check_address_of_a_name_without_tls_must_be_in_a_network_that_is_named():
    target = read_target("http://risk.gov.az/", INSIDE)
    check_address(ip_address("10.1.2.3"), target, INSIDE)
    with pytest.raises(CallerError) as raised:
        check_address(ip_address("1.1.1.1"), target, INSIDE)
    assert raised.value.code == "webhook.plain"


NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - nothing is bound
    "10.0.0.1",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:1.1.1.1",
    "64:ff9b::7f00:1",
    "64:ff9b::1.1.1.1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "2606:4700::1%eth0",
]


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_check_address_that_is_not_public_is_refused(text):
    assert not is_public(ip_address(text))
    with pytest.raises(CallerError) as raised:
        check_address(ip_address(text), HOOKS, RULES)
    assert raised.value.code == "webhook.address"


@pytest.mark.parametrize("text", [text for text in NOT_PUBLIC if "%" not in text], ids=lambda text: text)
def test_read_target_address_that_is_not_public_is_refused(text):
    host = f"[{text}]" if ":" in text else text
    assert refused(f"https://{host}/") == "webhook.address"


@pytest.mark.parametrize("text", ["1.1.1.1", "8.8.8.8", "85.132.1.1", "2606:4700::1", "2a00:1450::1"])
def test_check_address_public_one_is_taken(text):
    check_address(ip_address(text), HOOKS, RULES)


@given(st.ip_addresses())
def test_is_public_is_never_laxer_than_the_standard_library(address):
    if is_public(address):
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [("10.1.2.3", True), ("10.2.0.1", False), ("fd00:1::9", True), ("::ffff:10.1.2.3", False)],
)
def test_check_address_network_that_is_allowed_is_taken_and_no_other(text, is_taken):
    if is_taken:
        check_address(ip_address(text), HOOKS, INSIDE)
    else:
        with pytest.raises(CallerError):
            check_address(ip_address(text), HOOKS, INSIDE)


@pytest.mark.parametrize(
    ("text", "address", "pinned"),
    [
        ("https://hooks.gov.az/a%2Fb?c=%20", "1.1.1.1", "https://1.1.1.1/a%2Fb?c=%20"),
        ("https://hooks.gov.az/", "2606:4700::1", "https://[2606:4700::1]/"),
    ],
)
def test_at_address_stands_for_the_name_and_the_path_stays(text, address, pinned):
    assert str(read_target(text, RULES).at(ip_address(address))) == pinned
