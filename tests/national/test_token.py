import hashlib
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from node.errors import CallerError
from node.national.scopes import ROLES, Role, Scope
from node.national.token import (
    MAX_DAYS,
    Shown,
    Token,
    admit,
    digest_of,
    expiry_of,
    make_token,
    read_token,
)
from tests.national.conftest import system
from tests.world import DAY, NOW, Dice

SHOWN, TEXT = make_token(Dice("token"))


@pytest.fixture
def kept(make_system):
    token = Token(
        SHOWN.id,
        "risk-engine",
        digest_of(SHOWN.secret),
        frozenset({Scope.EVENTS_READ, Scope.DOCUMENTS_SEND}),
        NOW,
        NOW + DAY,
    )
    return token, make_system()


def code_of(*arguments, **named):
    with pytest.raises(CallerError) as caught:
        admit(*arguments, **named)
    assert SHOWN.secret not in caught.value.message + caught.value.hint
    return caught.value.code


@given(st.binary(min_size=40, max_size=40))
def test_token_made_of_any_bytes_is_read_back(raw):
    dice = iter([raw[:8], raw[8:]])
    shown, text = make_token(lambda _: next(dice))
    assert read_token(text) == shown
    assert text == f"sarbon_{shown.id}_{shown.secret}"


def test_token_has_an_id_of_60_and_a_secret_of_256_random_bits():
    asked = []

    def dice(count):
        asked.append(count)
        return bytes(count)

    shown, _ = make_token(dice)
    assert asked == [8, 32]
    assert (len(shown.id), len(shown.secret)) == (12, 43)


def test_token_id_differs_with_each_of_its_60_bits():
    def id_of(bits):
        dice = iter([bits.to_bytes(8), bytes(32)])
        return make_token(lambda _: next(dice))[0].id

    assert len({id_of(1 << bit) for bit in range(60)}) == 60
    assert all(id_of(1 << bit) == id_of(0) for bit in range(60, 64))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sarbon",
        TEXT + "\n",
        " " + TEXT,
        TEXT[:-1],
        TEXT + "A",
        TEXT.upper(),
        TEXT.replace("sarbon_", "sarbon-"),
        f"sarbon_{SHOWN.id[:-1]}u_{SHOWN.secret}",  # not of Crockford's alphabet
        f"Bearer {TEXT}",
        TEXT[:-1] + "\u0661",
    ],
)
def test_token_of_another_form_is_refused_and_not_repeated(text):
    with pytest.raises(CallerError) as caught:
        read_token(text)
    assert caught.value.code == "token.malformed"
    assert SHOWN.secret[:40] not in caught.value.message + caught.value.hint


def test_digest_is_the_sha_256_of_the_secret_as_shown():
    assert digest_of(SHOWN.secret) == hashlib.sha256(SHOWN.secret.encode()).digest()


def present(text):
    """Show a text to a node that knows one token, and that one only."""
    shown = read_token(text)
    token = Token(SHOWN.id, "s", digest_of(SHOWN.secret), frozenset(), 0, 9)
    return admit(shown, (token, system()) if shown.id == token.id else None, now=0)


@settings(max_examples=300)
@given(st.integers(0, len(TEXT) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_token_with_a_changed_character_never_passes(place, character):
    assume(TEXT[place] != character)
    with pytest.raises(CallerError) as caught:
        present(TEXT[:place] + character + TEXT[place + 1 :])
    assert caught.value.code in {"token.malformed", "token.unknown"}


def test_token_unchanged_passes():
    assert present(TEXT).token_id == SHOWN.id


def test_token_as_issued_lets_in_with_its_scopes(kept):
    token, system = kept
    principal = admit(SHOWN, kept, now=NOW)
    assert (principal.system, principal.token_id) == (system, token.id)
    assert principal.scopes == token.scopes


def test_token_of_a_role_that_was_narrowed_has_only_what_is_left(kept):
    token, system = kept
    narrowed = replace(system, role=Role.RECEIVER)
    scopes = admit(SHOWN, (token, narrowed), now=NOW).scopes
    assert scopes == {Scope.EVENTS_READ}
    assert scopes <= ROLES[Role.RECEIVER]


def test_token_never_issued_is_unknown():
    assert code_of(SHOWN, None, now=NOW) == "token.unknown"


def test_token_with_another_secret_is_unknown(kept):
    other, _ = make_token(Dice("other"))
    assert code_of(Shown(SHOWN.id, other.secret), kept, now=NOW) == "token.unknown"


@pytest.mark.parametrize(("at", "code"), [(NOW + DAY - 1, None), (NOW + DAY, "token.expired")])
def test_token_expires_at_its_moment(kept, at, code):
    if code is None:
        assert admit(SHOWN, kept, now=at).token_id == SHOWN.id
    else:
        assert code_of(SHOWN, kept, now=at) == code


def test_token_revoked_is_refused(kept):
    token, system = kept
    assert code_of(SHOWN, (replace(token, revoked_at=NOW), system), now=NOW) == "token.revoked"


def test_token_of_a_disabled_system_is_refused(kept):
    token, system = kept
    off = (token, replace(system, is_active=False))
    assert code_of(SHOWN, off, now=NOW) == "system.disabled"


@pytest.mark.parametrize("changes", [{"revoked_at": NOW}, {"expires_at": NOW}], ids=str)
def test_token_ended_says_so_only_to_who_holds_the_secret(kept, changes):
    token, system = kept
    stranger, _ = make_token(Dice("stranger"))
    ended = (replace(token, **changes), system)
    assert code_of(Shown(SHOWN.id, stranger.secret), ended, now=NOW) == "token.unknown"


@pytest.mark.parametrize("days", [1, 90, MAX_DAYS])
def test_expiry_is_so_many_days_from_now(days):
    assert expiry_of(days, now=NOW) == NOW + days * DAY


@pytest.mark.parametrize("days", [0, -1, MAX_DAYS + 1])
def test_expiry_beyond_a_year_or_not_at_all_is_refused(days):
    with pytest.raises(CallerError) as caught:
        expiry_of(days, now=NOW)
    assert caught.value.code == "token.lifetime"
