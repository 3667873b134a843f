from dataclasses import replace

import pytest

from node.errors import OperatorError
from node.national.scopes import Role, Scope
from node.national.system import EVERYTHING, System
from node.national.token import Token, admit, digest_of, make_token
from node.store.accounts import Accounts, PutSystem, PutToken, RevokeToken
from tests.store.conftest import NOW
from tests.world import DAY, Dice

ENGINE = System(
    "risk-engine",
    "Risk engine",
    Role.SYSTEM,
    frozenset({"PCU-ALYAT", "HQ"}),
    frozenset({"alert"}),
    frozenset({"AZ001004"}),
)
AUDIT = System("audit", "Audit", Role.AUDITOR, EVERYTHING, EVERYTHING)
NOBODY = System("nobody", "Nobody", Role.RECEIVER, frozenset(), frozenset(), is_active=False)


def token(id_="0" * 12, **changes):
    members = {
        "digest": digest_of("secret"),
        "scopes": frozenset({Scope.EVENTS_READ, Scope.DOCUMENTS_SEND}),
        "made_at": NOW,
        "expires_at": NOW + DAY,
        **changes,
    }
    return Token(id_, members.pop("system", "risk-engine"), **members)


@pytest.fixture
def accounts(database):
    return Accounts(database)


@pytest.mark.parametrize("system", [ENGINE, AUDIT, NOBODY], ids=lambda one: one.id)
def test_system_comes_back_as_it_was_written(accounts, commit, system):
    commit(records=[PutSystem(system, NOW)])
    assert accounts.system(system.id) == system


def test_system_never_written_is_none(accounts):
    assert accounts.system("risk-engine") is None


def test_system_written_again_is_the_last(accounts, commit):
    changed = replace(ENGINE, role=Role.RECEIVER, units=EVERYTHING, is_active=False)
    commit(records=[PutSystem(ENGINE, NOW), PutSystem(changed, NOW + 1)])
    assert accounts.systems() == [changed]


def test_systems_are_listed_by_id(accounts, commit):
    commit(records=[PutSystem(one, NOW) for one in (ENGINE, NOBODY, AUDIT)])
    assert accounts.systems() == [AUDIT, NOBODY, ENGINE]


@pytest.mark.parametrize(
    "one",
    [token(), token(revoked_at=NOW + 5), token(scopes=frozenset(Scope))],
    ids=["living", "revoked", "all scopes"],
)
def test_token_comes_back_with_its_system(accounts, commit, one):
    commit(records=[PutSystem(ENGINE, NOW), PutToken(one)])
    assert accounts.token(one.id) == (one, ENGINE)


def test_token_never_written_is_none(accounts, commit):
    commit(records=[PutSystem(ENGINE, NOW), PutToken(token())])
    assert accounts.token("1" * 12) is None


def test_token_of_a_system_that_is_not_there_is_none(accounts, commit):
    commit(records=[PutToken(token())])
    assert accounts.token("0" * 12) is None


def test_token_with_an_id_that_is_taken_is_refused_and_nothing_is_written(accounts, commit):
    first = token()
    commit(records=[PutSystem(ENGINE, NOW), PutToken(first)])
    with pytest.raises(OperatorError):
        commit(records=[PutSystem(AUDIT, NOW), PutToken(token(digest=digest_of("another")))])
    assert accounts.token(first.id) == (first, ENGINE)
    assert accounts.systems() == [ENGINE]


def test_token_revoked_has_the_time_of_the_first_revoking(accounts, commit):
    commit(records=[PutSystem(ENGINE, NOW), PutToken(token()), PutToken(token("1" * 12))])
    commit(records=[RevokeToken("0" * 12, NOW + 7)])
    commit(records=[RevokeToken("0" * 12, NOW + 9)])
    found = {one.id: one.revoked_at for one in accounts.tokens()}
    assert found == {"0" * 12: NOW + 7, "1" * 12: None}


def test_tokens_of_a_system_come_newest_first(accounts, commit):
    made = [token(str(at) * 12, made_at=NOW + at) for at in range(3)]
    other = token("9" * 12, system="audit", made_at=NOW + 9)
    commit(records=[PutToken(one) for one in (*made, other)])
    assert accounts.tokens("risk-engine") == made[::-1]
    assert accounts.tokens() == [other, *made[::-1]]


def test_disk_holds_nothing_of_the_secret(accounts, commit, database):
    shown, text = make_token(Dice("on disk"))
    issued = token(shown.id, digest=digest_of(shown.secret))
    commit(records=[PutSystem(ENGINE, NOW), PutToken(issued)])
    files = [database.path, *database.path.parent.glob("node.db-*")]
    raw = b"".join(file.read_bytes() for file in files)
    assert shown.id.encode() in raw
    assert shown.secret.encode() not in raw
    assert text.encode() not in raw
    assert admit(shown, accounts.token(shown.id), now=NOW).system == ENGINE
