"""Access tokens of an identity provider: those that count, and every way not to."""

import json

import pytest
import pytest_asyncio

from node.errors import CallerError, OperatorError
from node.national.scopes import Role
from node.settings import ApiSettings, OidcSettings
from node.web.app import make_app
from node.web.oidc import MAX_TOKEN, SKEW_SECONDS, provider_of
from node.web.world import make_world
from tests.web.minted import (
    AUDIENCE,
    EC,
    ED,
    ISSUER,
    OTHER,
    RSA,
    b64u,
    claims,
    jwk,
    key_set,
    public_pem,
    token,
)
from tests.web.served import Client

NOW = 1_795_521_600_000
KEYS = [jwk(RSA, "one"), jwk(EC, "two"), jwk(ED, "three"), jwk(OTHER, "four", alg="PS256")]


@pytest.fixture
def settings(tmp_path):
    path = tmp_path / "jwks.json"
    path.write_bytes(key_set(*KEYS))
    return OidcSettings(issuer=ISSUER, audience=AUDIENCE, jwks_file=path)


@pytest.fixture
def provider(settings):
    return provider_of(settings, lambda: NOW)


async def refusal(provider, text):
    with pytest.raises(CallerError) as caught:
        await provider.system_of(text)
    assert text not in f"{caught.value} {caught.value.hint}"
    return caught.value.code


@pytest.mark.parametrize(
    ("key", "header"),
    [
        (RSA, {}),
        (RSA, {"alg": "PS256"}),
        (EC, {"alg": "ES256", "kid": "two"}),
        (ED, {"alg": "EdDSA", "kid": "three"}),
        (ED, {"alg": "Ed25519", "kid": "three"}),
        (OTHER, {"alg": "PS256", "kid": "four"}),
        (RSA, {"typ": "JWT"}),
        (RSA, {"typ": "application/at+jwt"}),
        (RSA, {"made_up": True, "x5c": ["A" * 4000]}),
        (EC, {"alg": "ES256", "kid": None}),
        (RSA, {"kid": None}),
    ],
)
async def test_token_of_the_provider_names_its_system(provider, key, header):
    assert await provider.system_of(token(claims(NOW), key, **header)) == "risk-engine"


@pytest.mark.parametrize(
    "more",
    [
        {"aud": ["https://other.example", AUDIENCE]},
        {"exp": NOW // 1000 - SKEW_SECONDS + 1},
        {"nbf": NOW // 1000 + SKEW_SECONDS},
        {"iat": NOW // 1000 + SKEW_SECONDS},
        {"iat": None},
        {"exp": NOW / 1000 + 0.5},
        {"exp": 10**15},
    ],
)
async def test_token_at_the_edge_counts(provider, more):
    assert await provider.system_of(token(claims(NOW, **more))) == "risk-engine"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"iss": "https://login.customs.example"}, "token.issuer"),
        ({"iss": None}, "token.issuer"),
        ({"iss": [ISSUER]}, "token.issuer"),
        ({"aud": "https://other.example"}, "token.audience"),
        ({"aud": [AUDIENCE + "/"]}, "token.audience"),
        ({"aud": None}, "token.audience"),
        ({"aud": {AUDIENCE: 1}}, "token.audience"),
        ({"nonce": "n"}, "token.type"),
        ({"at_hash": "h"}, "token.type"),
        ({"exp": NOW // 1000 - SKEW_SECONDS}, "token.expired"),
        ({"exp": None}, "token.malformed"),
        ({"exp": True}, "token.malformed"),
        ({"exp": 10**400}, "token.malformed"),
        ({"exp": float("inf")}, "token.malformed"),
        ({"exp": "2099-01-01"}, "token.malformed"),
        ({"nbf": NOW // 1000 + SKEW_SECONDS + 1}, "token.not_yet"),
        ({"nbf": []}, "token.malformed"),
        ({"iat": NOW // 1000 + SKEW_SECONDS + 1}, "token.not_yet"),
        ({"client_id": None}, "token.claim"),
        ({"client_id": ""}, "token.claim"),
        ({"client_id": ["risk-engine"]}, "token.claim"),
    ],
)
async def test_token_that_claims_otherwise_is_refused(provider, more, code):
    assert await refusal(provider, token(claims(NOW, **more))) == code


@pytest.mark.parametrize(
    ("key", "header", "code"),
    [
        (RSA, {"alg": "none"}, "token.algorithm"),
        (RSA, {"alg": "None"}, "token.algorithm"),
        (public_pem(RSA), {"alg": "HS256"}, "token.algorithm"),
        (json.dumps(jwk(RSA, "one")).encode(), {"alg": "HS256"}, "token.algorithm"),
        (RSA, {"alg": "RS1"}, "token.algorithm"),
        (RSA, {"alg": ["RS256"]}, "token.algorithm"),
        (RSA, {"kid": "two"}, "token.algorithm"),
        (EC, {"alg": "ES256", "kid": "one"}, "token.algorithm"),
        (OTHER, {"kid": "four"}, "token.algorithm"),
        (OTHER, {}, "token.signature"),
        (RSA, {"kid": "five"}, "token.key_unknown"),
        (OTHER, {"kid": None}, "token.signature"),
        (RSA, {"alg": "PS256", "kid": None}, "token.key_unknown"),
        (RSA, {"kid": 1}, "token.malformed"),
        (RSA, {"crit": ["exp"], "exp": 1}, "token.malformed"),
        (RSA, {"crit": ["b64"], "b64": False}, "token.malformed"),
        (RSA, {"typ": None}, "token.type"),
        (RSA, {"typ": "logout+jwt"}, "token.type"),
        (RSA, {"typ": ["JWT"]}, "token.type"),
        (OTHER, {"jku": "https://evil.example/keys", "x5u": "https://evil.example"}, "token.signature"),
        (OTHER, {"jwk": jwk(OTHER, "one")}, "token.signature"),
    ],
)
async def test_token_with_a_hostile_header_is_refused(provider, key, header, code):
    assert await refusal(provider, token(claims(NOW), key, **header)) == code


GOOD = token(claims(NOW))
HEAD, BODY, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("abc-def", "token.malformed"),
        ("...", "token.malformed"),
        ("no token at all", "token.malformed"),
        (f"{HEAD}.{BODY}", "token.malformed"),
        (f"{GOOD}.{GOOD}", "token.malformed"),
        (f"{GOOD}é", "token.malformed"),
        (f"{HEAD}.{BODY}.{'A' * MAX_TOKEN}", "token.malformed"),
        (f"{b64u(b'[]')}.{BODY}.{SIGNATURE}", "token.malformed"),
        (f"{b64u(b'not json')}.{BODY}.{SIGNATURE}", "token.malformed"),
        (f"A.{BODY}.{SIGNATURE}", "token.malformed"),
        (f"{HEAD}.{BODY}.", "token.signature"),
        (f"{HEAD}.{BODY}.{SIGNATURE[:-8]}AAAAAAAA", "token.signature"),
        (f"{HEAD}.{b64u(json.dumps(claims(NOW, aud='x')).encode())}.{SIGNATURE}", "token.signature"),
        (f"{HEAD}..{SIGNATURE}", "token.signature"),
        (token(b"[]"), "token.malformed"),
        (token(b'{"aud": 1, "aud": 2}'), "token.malformed"),
        (token(b"\xff"), "token.malformed"),
    ],
)
async def test_token_that_is_damaged_is_refused(provider, text, code):
    assert await refusal(provider, text) == code


async def test_claim_that_names_the_system_can_be_chosen(settings):
    chosen = provider_of(settings.model_copy(update={"claim": "azp"}), lambda: NOW)
    assert await chosen.system_of(token(claims(NOW, azp="terminal"))) == "terminal"


async def test_provider_without_keys_is_a_fault_of_ours(settings):
    settings.jwks_file.unlink()
    with pytest.raises(OperatorError) as caught:
        await provider_of(settings, lambda: NOW).system_of(GOOD)
    assert caught.value.code == "oidc.files"


@pytest_asyncio.fixture
async def api(served, settings):
    """The node's API, set up for the provider; gives a client for a token."""
    proving = provider_of(settings, served.node.clock)
    served.app = make_app(make_world(served.supervisor, ApiSettings(), proving))
    return lambda text: Client(served, text)


async def test_api_lets_a_system_in_with_all_that_its_role_may(served, api):
    await served.add_system("risk-engine", role=Role.AUDITOR)
    client = api(token(claims(served.node.clock())))
    assert (await client.get("/log/entries")).status_code == 200
    assert (await client.get("/webhooks")).json()["code"] == "access.scope"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"client_id": "stranger"}, 401, "token.no_system"),
        ({"aud": "https://other.example"}, 401, "token.audience"),
    ],
)
async def test_api_refuses_a_token_with_its_own_code(served, api, more, status, code):
    await served.add_system("risk-engine")
    text = token(claims(served.node.clock(), **more))
    answer = await api(text).get("/peers")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert text not in answer.text


async def test_api_still_takes_tokens_of_the_node(served, api):
    system = await served.add_system("risk-engine")
    assert (await api(await served.token_of(system)).get("/peers")).status_code == 200
