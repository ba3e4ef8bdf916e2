"""A small bundle that several tests look at, and ways to take bundles apart."""

import io
import json
import zipfile
from collections.abc import Mapping
from functools import cache

from simulator import Scenario, load_scenario
from simulator.outputs import manifest
from simulator.outputs.bundle import bundle_of, zipped
from simulator.outputs.exports import Export, csv_files, run_export
from simulator.scenario import dump_scenario

DRAWS, SEED, HORIZON = 30, 3, "2027-12"
TARGETS = ("rkp_2026", "rpjmn_2029")
EVIL = "=1+1<script>alert('x')</script>"


def short(name: str) -> Scenario:
    return load_scenario(name).replace(horizon=HORIZON, targets=TARGETS)


def evil() -> Scenario:
    return short("village_100").replace(name={"id": EVIL, "en": EVIL})


@cache
def export() -> Export:
    scenarios = {"baseline": short("baseline"), "=Désa ke-1": evil()}
    return run_export(scenarios, language="id", draws=DRAWS, seed=SEED)


@cache
def bundle() -> bytes:
    return bundle_of(export())


@cache
def bare() -> bytes:
    """Return the least that a check needs: tables, scenarios and manifest, without anything drawn."""
    its = export()
    files = csv_files(its.tables)
    files |= {manifest.scenario_file(one.name): dump_scenario(one.scenario).encode() for one in its.results}
    return zipped(files | {manifest.MANIFEST: manifest.to_bytes(manifest.make_manifest(its, files))})


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    return zipped(files)


def forged(files: Mapping[str, bytes], **claims: object) -> bytes:
    """Pack files with a manifest that fits them, as somebody who knows the format would."""
    told = json.loads(files[manifest.MANIFEST]) | claims
    told["files"] = {name: manifest.sha256(its) for name, its in files.items() if name != manifest.MANIFEST}
    its = manifest.Manifest.model_validate_json(json.dumps(told))
    its = its.model_copy(update={"mark": manifest.mark_of(its)})
    return zipped({**files, manifest.MANIFEST: manifest.to_bytes(its)})
