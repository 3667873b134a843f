"""The public keys of the authority's identity provider.

Responsible for having them: from a file, from a URL, or by discovery; and for asking again when a key is
named that is not among them. Must not believe a token, and never goes where a token says.

Source: RFC 7517; OpenID Connect Discovery 1.0, section 4.
"""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import httpx2
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from node.errors import OperatorError
from node.settings import OidcSettings

MAX_BYTES: Final = 262_144  # of what a provider answers
MAX_KEYS: Final = 100
_FETCH_SECONDS: Final = 10.0
_AGAIN_MS: Final = 60_000  # an unknown key makes us ask at most so often, whoever sends it
_RETRY_MS: Final = 5_000  # as long as we have no keys at all
_FRESH_MS: Final = 3_600_000  # then we ask anyway: a key may have been withdrawn
_KEPT_MS: Final = 24 * 3_600_000  # so long the old keys serve when the provider does not answer
_LEAST_MODULUS: Final = 342  # base64url characters of 2048 bits
_DISCOVERY: Final = "/.well-known/openid-configuration"

_KEY_TYPES: Final[Mapping[str, str]] = {
    "RS256": "RSA",
    "PS256": "RSA",
    "ES256": "EC",
    "EdDSA": "OKP",
    "Ed25519": "OKP",
}

Fetch = Callable[[str], Awaitable[bytes]]
"""Gives what a URL answers."""


@dataclass(frozen=True, slots=True)
class ProviderKey:
    """One public key that verifies signatures.

    Attributes:
        kid: as the provider names it.
        alg: the one algorithm that it is for, if the provider says so.
        key: without anything but its public numbers.
    """

    kid: str | None
    alg: str | None
    key: RSAKey | ECKey | OKPKey

    def fits(self, algorithm: str) -> bool:
        """Say whether a signature by an algorithm can be this key's."""
        return self.key.key_type == _KEY_TYPES[algorithm] and self.alg in {None, algorithm}


Keys = tuple[ProviderKey, ...]


class ProviderKeys:
    """The keys as they were last fetched; asked for every token."""

    def __init__(self, fetch: Callable[[], Awaitable[Keys]], clock: Callable[[], int]) -> None:
        """Begin without keys.

        Args:
            fetch: gives the keys as they are now; raises OperatorError.
            clock: gives Unix ms.
        """
        self._fetch = fetch
        self._clock = clock
        self._lock = asyncio.Lock()
        self._keys: Keys = ()
        self._fetched_at: int | None = None
        self._asked_at: int | None = None
        self._failure: OperatorError | None = None

    async def named(self, kid: str | None) -> Keys:
        """Give the keys with a name; all of them for no name; none if the provider has none such.

        Raises:
            OperatorError: `oidc.…`: there are no keys that could be relied on.
        """
        if self._is_due(kid) or (self._lock.locked() and not self._has(kid)):
            async with self._lock:
                if self._is_due(kid):  # whoever waited finds what the other one fetched
                    await self._refresh()
        age = None if self._fetched_at is None else self._clock() - self._fetched_at
        if self._failure is not None and (age is None or age >= _KEPT_MS):
            raise self._failure
        return self._keys if kid is None else tuple(key for key in self._keys if key.kid == kid)

    def _is_due(self, kid: str | None) -> bool:
        now = self._clock()
        if self._fetched_at is None:
            return self._asked_at is None or abs(now - self._asked_at) >= _RETRY_MS
        if self._asked_at is not None and abs(now - self._asked_at) < _AGAIN_MS:
            return False
        return not self._has(kid) or abs(now - self._fetched_at) >= _FRESH_MS

    def _has(self, kid: str | None) -> bool:
        return any(kid is None or key.kid == kid for key in self._keys)

    async def _refresh(self) -> None:
        self._asked_at = self._clock()
        try:
            self._keys = await self._fetch()
        except OperatorError as error:
            self._failure = error
            structlog.get_logger().warning("oidc.keys_failed", code=error.code, fact=error.message)
            return
        self._failure, self._fetched_at = None, self._asked_at


def keys_of(settings: OidcSettings, clock: Callable[[], int]) -> ProviderKeys:
    """Give the keys of the provider that settings name.

    Raises:
        OperatorError: `oidc.files`: the certificates of its issuer cannot be used.
    """
    if settings.jwks_file is not None:
        path = settings.jwks_file

        async def from_file() -> Keys:
            try:
                return read_keys(await asyncio.to_thread(path.read_bytes))
            except OSError as error:
                raise _files(f"{path} cannot be read") from error

        return ProviderKeys(from_file, clock)
    context = _context(settings)

    async def get(url: str) -> bytes:
        return await fetch(url, context)

    async def from_provider() -> Keys:
        url = settings.jwks_url or await discover(settings.issuer, get)
        return read_keys(await get(url))

    return ProviderKeys(from_provider, clock)


def read_keys(raw: bytes) -> Keys:
    """Read a JWK set; keys that are not for verifying, or of another kind, are left out.

    Raises:
        OperatorError: `oidc.malformed`.
    """
    members = _object(raw, "the key set").get("keys")
    if not isinstance(members, list) or len(members) > MAX_KEYS:
        raise _malformed(f"the key set has no list of up to {MAX_KEYS} keys")
    found = (_read_key(member) for member in members if isinstance(member, dict))
    return tuple(key for key in found if key is not None)


async def discover(issuer: str, get: Fetch) -> str:
    """Ask the issuer where its keys are.

    Raises:
        OperatorError: `oidc.malformed` or `oidc.unreachable`.
    """
    found = _object(await get(issuer.rstrip("/") + _DISCOVERY), "the provider's configuration")
    url = found.get("jwks_uri")
    if found.get("issuer") != issuer:
        raise _malformed("the provider's configuration is of another issuer")
    if not isinstance(url, str) or not url.startswith("https://"):
        raise _malformed("the provider's configuration names no key set at https://")
    return url


async def fetch(url: str, context: ssl.SSLContext, *, seconds: float = _FETCH_SECONDS) -> bytes:
    """Get what a URL answers: no redirect, no proxy, no more than `MAX_BYTES`.

    Raises:
        OperatorError: `oidc.unreachable`.
    """
    try:
        async with (
            asyncio.timeout(seconds),
            httpx2.AsyncClient(
                verify=context, follow_redirects=False, trust_env=False, timeout=seconds
            ) as client,
            client.stream("GET", url, headers={"Accept-Encoding": "identity"}) as response,
        ):
            if response.status_code != httpx2.codes.OK:
                raise _unreachable(f"it answered with status {response.status_code}")
            body = b""
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MAX_BYTES:
                    raise _unreachable(f"it answered with more than {MAX_BYTES} bytes")
            return body
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, OSError) as error:
        raise _unreachable(type(error).__name__) from error


def _read_key(member: Mapping[str, Any]) -> ProviderKey | None:
    """Read one key by its public numbers alone, or leave it out."""
    kid, alg = member.get("kid"), member.get("alg")
    named = all(value is None or isinstance(value, str) for value in (kid, alg))
    operations = member.get("key_ops", ["verify"])
    is_for_signing = member.get("use", "sig") == "sig" and "verify" in operations
    if not named or not is_for_signing:
        return None
    key = _import(member)
    return None if key is None else ProviderKey(kid, alg, key)


def _import(member: Mapping[str, Any]) -> RSAKey | ECKey | OKPKey | None:
    def public(*names: str) -> dict[str, Any]:
        return {name: member[name] for name in ("kty", *names)}

    try:
        match member.get("kty"), member.get("crv"):
            case "RSA", _ if len(member["n"]) >= _LEAST_MODULUS:
                return RSAKey.import_key(public("n", "e"))
            case "EC", "P-256":
                return ECKey.import_key(public("crv", "x", "y"))
            case "OKP", "Ed25519":
                return OKPKey.import_key(public("crv", "x"))
            case _:
                return None
    except (JoseError, KeyError, TypeError, ValueError):
        return None


def _object(raw: bytes, what: str) -> dict[str, Any]:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise _malformed(f"{what} is not JSON") from error
    if not isinstance(value, dict):
        raise _malformed(f"{what} is no object")
    return value


def _context(settings: OidcSettings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.ca_file)
    except OSError as error:  # ssl.SSLError is one
        raise _files(f"{settings.ca_file} holds no certificates that can be used") from error


def _files(fact: str) -> OperatorError:
    return OperatorError("oidc.files", fact, hint="check the paths in the table [api.oidc]")


def _malformed(fact: str) -> OperatorError:
    return OperatorError(
        "oidc.malformed", fact, hint="check issuer and jwks_url against what the provider documents"
    )


def _unreachable(fact: str) -> OperatorError:
    return OperatorError(
        "oidc.unreachable",
        f"the keys of the identity provider cannot be fetched: {fact}",
        hint="check that this machine reaches it, and ca_file if its certificate is an own one's",
    )
