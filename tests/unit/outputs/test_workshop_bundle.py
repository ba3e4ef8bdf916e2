"""A bundle that carries the tables of a workshop: hashed like all else, and still proved."""

import json

from simulator.outputs.bundle import bundle_of
from simulator.outputs.manifest import is_member, sha256
from simulator.outputs.verify import verify
from tests import bundles
from tests.bundles import members, packed

TABLES = {f"workshop/{name}.csv": f"{name}\n".encode() for name in ("rounds", "votes", "proposals", "people")}


def test_tables_of_a_workshop_are_hashed_and_the_bundle_matches():
    made = bundle_of(bundles.export(), beside=TABLES)
    files = members(made)
    assert {name: files[name] for name in TABLES} == TABLES
    hashes = json.loads(files["manifest.json"])["files"]
    assert {name: hashes[name] for name in TABLES} == {name: sha256(content) for name, content in TABLES.items()}
    assert verify(made).matches
    assert not verify(packed(files | {"workshop/votes.csv": b"other\n"})).matches


def test_only_the_four_tables_of_a_workshop_may_lie_there():
    assert not is_member("workshop/tokens.csv")
    assert not is_member("workshop/../votes.csv")
