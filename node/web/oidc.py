"""Access tokens of the authority's own identity provider (OpenID Connect, client credentials).

Responsible for believing a token or refusing it: signature, algorithm, issuer, audience, times, and the
system it names. Must not follow anything that a token's header points to, and never repeats a token.

Source: RFC 9068; RFC 7519; RFC 8725 (best current practices).
"""

import binascii
from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import EdDSAAlgorithm, JWSAlgModel
from joserfc.jws import JWSRegistry

from node.canonical import parse_strict
from node.daemon.node import wall_clock
from node.errors import CallerError, PeerError, Refusal
from node.settings import OidcSettings
from node.web.doorkeeper import Provider
from node.web.oidc_keys import ProviderKey, ProviderKeys, keys_of

MAX_TOKEN: Final = 16_384  # characters
SKEW_SECONDS: Final = 60
_TYPES: Final = frozenset({"at+jwt", "jwt"})
_OF_AN_ID_TOKEN: Final = frozenset({"nonce", "at_hash", "c_hash"})
_MAX_DEPTH: Final = 16
_HINT: Final = "get a new access token from the identity provider; docs/access.md says what it must hold"


class _EdDSA(EdDSAAlgorithm):
    """Ed25519 under its older name: keys of other curves are not taken in `oidc_keys`."""

    security_warning = ""


_ALGORITHMS: Final[Mapping[str, JWSAlgModel]] = MappingProxyType(
    {
        **{name: JWSRegistry.algorithms[name] for name in ("RS256", "PS256", "ES256", "Ed25519")},
        "EdDSA": _EdDSA(),
    }
)
"""All that there are for us: each needs a public key, so there is no weaker one to fall back to."""


def _registry() -> JWSRegistry:
    registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
    registry.algorithms = dict(_ALGORITHMS)
    registry.max_header_length = MAX_TOKEN  # some put their certificates there; nobody looks at them
    return registry


_REGISTRY: Final = _registry()


class OidcProvider:
    """A `doorkeeper.Provider` of access tokens in JWT form."""

    def __init__(self, settings: OidcSettings, keys: ProviderKeys, clock: Callable[[], int]) -> None:
        """Judge by settings.

        Args:
            settings: whose tokens, and for whom.
            keys: the provider's.
            clock: gives Unix ms.
        """
        self._settings = settings
        self._keys = keys
        self._clock = clock

    async def system_of(self, text: str) -> str:
        """Give the id of the system that a token names.

        Raises:
            CallerError: `token.…`.
            OperatorError: `oidc.…`: the provider's keys cannot be had.
        """
        header = _header(text)
        key = await self._key(header)
        claims = _verified(text, key)
        self._check_claims(claims)
        self._check_times(claims)
        name = claims.get(self._settings.claim)
        if not isinstance(name, str) or not name:
            raise _refused("token.claim", f"the token has no claim {self._settings.claim}")
        return name

    async def _key(self, header: Mapping[str, Any]) -> ProviderKey:
        kid, algorithm = header.get("kid"), header["alg"]
        named = await self._keys.named(kid)
        fitting = [key for key in named if key.fits(algorithm)]
        if named and not fitting:
            raise _refused("token.algorithm", "the key that the token names is for another algorithm")
        if len(fitting) != 1:
            raise _refused("token.key_unknown", "the identity provider has no such key")
        return fitting[0]

    def _check_claims(self, claims: Mapping[str, Any]) -> None:
        if claims.get("iss") != self._settings.issuer:
            raise _refused("token.issuer", "the token is of another issuer")
        audience = claims.get("aud")
        whom = audience if isinstance(audience, list) else [audience]
        if self._settings.audience not in whom:
            raise _refused("token.audience", "the token is for somebody else")
        if not _OF_AN_ID_TOKEN.isdisjoint(claims):
            raise _refused("token.type", "this is an ID token: it says who somebody is, not what for")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self._clock() / 1000
        expires = _time(claims, "exp")
        if expires is None:
            raise _refused("token.malformed", "the token has no end")
        if now >= expires + SKEW_SECONDS:
            raise _refused("token.expired", "the token has expired")
        for name in ("nbf", "iat"):
            begins = _time(claims, name)
            if begins is not None and now < begins - SKEW_SECONDS:
                raise _refused("token.not_yet", f"the token does not count yet, by its {name}")


def provider_of(settings: OidcSettings, clock: Callable[[], int] = wall_clock) -> Provider:
    """Give what proves the tokens of the provider that settings name.

    Raises:
        OperatorError: `oidc.files`.
    """
    return OidcProvider(settings, keys_of(settings, clock), clock)


def _header(text: str) -> Mapping[str, Any]:
    """Read a token's header; nothing in it is believed but which key and algorithm to try.

    Raises:
        CallerError: `token.malformed`, `token.type` or `token.algorithm`.
    """
    if len(text) > MAX_TOKEN or not text.isascii() or text.count(".") != 2:  # noqa: PLR2004 - JWS compact
        raise _refused("token.malformed", "what was shown is no token of either kind")
    header = _object(_decoded(text.partition(".")[0]))
    kid, kind = header.get("kid"), header.get("typ")
    if "crit" in header or not (kid is None or isinstance(kid, str)):
        raise _refused("token.malformed", "the token's header cannot be read")
    if not isinstance(kind, str) or kind.lower().removeprefix("application/") not in _TYPES:
        raise _refused("token.type", "the token's typ is neither at+jwt nor JWT")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        names = ", ".join(_ALGORITHMS)
        raise _refused("token.algorithm", f"the token is signed otherwise than by {names}")
    return MappingProxyType(header)


def _verified(text: str, key: ProviderKey) -> Mapping[str, Any]:
    """Give what a token claims, once its signature has held.

    Raises:
        CallerError: `token.signature` or `token.malformed`.
    """
    try:
        signed = jws.deserialize_compact(text, key.key, registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise _refused("token.signature", "the token's signature does not hold") from error
    return MappingProxyType(_object(signed.payload or b""))


def _object(raw: bytes) -> dict[str, Any]:
    try:
        return parse_strict(
            raw, max_bytes=MAX_TOKEN, max_depth=_MAX_DEPTH, code=Refusal.DOCUMENT_MALFORMED
        )
    except PeerError:
        raise _refused("token.malformed", "a part of the token is no JSON object") from None


def _decoded(part: str) -> bytes:
    try:
        return binascii.a2b_base64(part.translate(_TO_STANDARD) + "=" * (-len(part) % 4))
    except ValueError:
        raise _refused("token.malformed", "a part of the token is not base64url") from None


_TO_STANDARD: Final = str.maketrans("-_", "+/")


def _time(claims: Mapping[str, Any], name: str) -> float | None:
    value = claims.get(name)
    if value is None:
        return None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or (isinstance(value, float) and not isfinite(value)):
        raise _refused("token.malformed", f"the token's {name} is no time")
    moment: float = value
    return moment


def _refused(code: str, fact: str) -> CallerError:
    return CallerError(code, fact, hint=_HINT)
