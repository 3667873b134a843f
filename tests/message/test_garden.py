"""Many valid documents of every type travel from their author's program to the recipient unchanged.

A few hundred of each here; `make properties` takes ten thousand. A failure names the seed.
"""

import json
import os

import jsonschema_rs
import pytest

from node.canonical import parse_strict
from node.envelope.keys import EncryptionKey
from node.envelope.sealing import Context, Expected, open_sealed, seal
from node.errors import Refusal
from node.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH
from node.message.document import DOCUMENT_TYPES, read_document
from node.message.schema import CODE_LISTS
from node.reference.codes import CodeList
from tests.message.garden import described, document, schema_of
from tests.message.spelling import laid_out, luck

EACH = int(os.environ.get("DOCUMENTS_EACH", "100"))
KEYS = {name: EncryptionKey(name.encode().ljust(32, b".")) for name in ("TM-SCS", "UZ-CC", "KZ-KGD")}
CONTEXT = Context("sx1", "01890a5d-ac96-774b-bcce-b302099a8057", "AZ-SCC")
LIMITS = {"max_bytes": MAX_DOCUMENT_BYTES, "max_depth": MAX_DOCUMENT_DEPTH}


def grown(document_type, seed):
    """Give a document, and the bytes in which somebody's program may have written it."""
    value = document(document_type, seed)
    return value, laid_out(value, luck(f"layout {seed}"))


def carried(raw, seed):
    """Seal bytes to one recipient or several, and give what each of them opens."""
    rng = luck(f"journey {seed}")
    names = rng.sample(list(KEYS), rng.randint(1, len(KEYS)))
    recipients = [(name, KEYS[name].public) for name in names]
    sealed = seal(raw, context=CONTEXT, recipients=recipients, random_bytes=rng.randbytes)
    expected = Expected(CONTEXT, sealed.digest, sealed.wraps, sealed.commit)
    for position, name in enumerate(names):
        yield open_sealed(
            sealed.jwe, expected=expected, position=position, authority=name, key=KEYS[name]
        ).document


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_valid_documents_travel_unchanged(document_type):
    schema = jsonschema_rs.Draft202012Validator(schema_of(document_type))
    for seed in map(str, range(EACH)):
        value, raw = grown(document_type, seed)
        assert parse_strict(raw, **LIMITS, code=Refusal.DOCUMENT_MALFORMED) == value, seed
        assert schema.is_valid(value), seed
        read = read_document(raw)
        assert isinstance(read.doubts, tuple), seed
        assert set(carried(raw, seed)) == {raw}, seed
        written = read.document.model_dump_json(exclude_none=True).encode()
        assert read_document(written).document == read.document, seed


def test_garden_same_seed_gives_the_same_document():
    assert document("alert/1", "7") == document("alert/1", "7") != document("alert/1", "8")


@pytest.fixture(scope="module")
def seen():
    """Every (part, member), and every (list, code), that some hundred documents of each type have."""
    names, codes = set(), set()
    for document_type in DOCUMENT_TYPES:
        schema = schema_of(document_type)
        for seed in map(str, range(200)):
            grown = document(document_type, seed)
            for part, holder in described(grown, schema, schema["$defs"]):
                names |= {(part["title"], name) for name in holder}
                for name, value in holder.items():
                    about = part["properties"][name]
                    held = about.get("items", about)
                    if "enum" in held:
                        found = value if isinstance(value, list) else [value]
                        codes |= {(held["x-code-list"], code) for code in found}
    return names, codes


def test_garden_every_member_of_every_part_grows(seen):
    described = {
        (part["title"], name)
        for document_type in DOCUMENT_TYPES
        for part in (schema_of(document_type), *schema_of(document_type)["$defs"].values())
        for name in part["properties"]
    }
    assert described - seen[0] == set()


def test_garden_every_code_of_every_closed_list_grows(seen):
    listed = {
        (name, code)
        for name, codes in CODE_LISTS.items()
        if isinstance(codes, CodeList)
        for code in codes.codes
    }
    assert listed - seen[1] == set()


def test_garden_lists_are_empty_single_and_many():
    sizes = {len(document("alert/1", str(seed)).get("attachments", ())) for seed in range(60)}
    assert {0, 1, 2} < sizes


def test_layout_of_the_same_value_differs_and_means_the_same():
    value = {"b": ["/", "\U0001f6a2", 1], "a": {"c": True}}
    texts = {laid_out(value, luck(str(seed))) for seed in range(20)}
    assert len(texts) > 3
    assert all(json.loads(text) == value for text in texts)
