"""Access tokens as an identity provider mints them, and as somebody hostile does: made by hand, so that
the library under test does not judge its own work."""

import base64
import hashlib
import hmac
import json
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ISSUER = "https://login.customs.example/realms/national"
AUDIENCE = "https://node.customs.example"

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def b64u(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int, length: int | None = None) -> str:
    return b64u(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


def jwk(key: Any, kid: str | None, **more: Any) -> dict[str, Any]:
    """Write a public key as a provider publishes it."""
    public = key.public_key()
    named = {"kid": kid} if kid else {}
    if isinstance(public, rsa.RSAPublicKey):
        n = public.public_numbers()
        return {"kty": "RSA", "n": number(n.n), "e": number(n.e), **named, **more}
    if isinstance(public, ec.EllipticCurvePublicKey):
        n = public.public_numbers()
        return {"kty": "EC", "crv": "P-256", "x": number(n.x, 32), "y": number(n.y, 32), **named, **more}
    return {"kty": "OKP", "crv": "Ed25519", "x": b64u(public.public_bytes_raw()), **named, **more}


def key_set(*keys: dict[str, Any]) -> bytes:
    return json.dumps({"keys": keys}).encode()


def claims(now_ms: int, **more: Any) -> dict[str, Any]:
    now = now_ms // 1000
    found = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "client_id": "risk-engine",
        "iat": now,
        "exp": now + 300,
        **more,
    }
    return {name: value for name, value in found.items() if value is not None}


def token(payload: Any, key: Any = RSA, **header: Any) -> str:
    """Mint a token; a header member of None is left out."""
    whole = {"alg": "RS256", "typ": "at+jwt", "kid": "one", **header}
    parts = [{name: value for name, value in whole.items() if value is not None}, payload]
    signed = ".".join(
        b64u(part if isinstance(part, bytes) else json.dumps(part).encode()) for part in parts
    )
    return f"{signed}.{b64u(_signature(signed.encode(), key, whole['alg']))}"


def _signature(signed: bytes, key: Any, alg: str) -> bytes:
    match alg:
        case "RS256":
            return key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        case "PS256":
            pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
            return key.sign(signed, pss, hashes.SHA256())
        case "ES256":
            r, s = decode_dss_signature(key.sign(signed, ec.ECDSA(hashes.SHA256())))
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        case "EdDSA" | "Ed25519":
            return key.sign(signed)
        case "HS256":
            return hmac.digest(key, signed, hashlib.sha256)
        case _:
            return b""


def public_pem(key: Any) -> bytes:
    """Give the bytes that whoever confuses algorithms takes for a secret."""
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
