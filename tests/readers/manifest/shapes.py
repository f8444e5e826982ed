"""Manifests for tests: those of every dbt from 1.5 to 1.11, two shapes derived from them, and small ones from parts.

No dbt 1.12 and no v2 engine can be installed where the tests run, so their manifests are 1.11's, changed as these two
are known to differ: see `like_1_12` and `like_v2`. They show that keys may be there or missing, not that an engine
writes exactly this.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.manifest.project import ManifestProject

Json = dict[str, Any]

FIXTURES = Path(__file__).parent / "fixtures"
PROJECT = FIXTURES / "project"
VERSIONS = ("1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "1.11")
SCHEMA = "https://schemas.getdbt.com/dbt/manifest/v{}.json"


def fixture(version: str) -> Json:
    """The manifest that dbt made of fixtures/project, `1.12` and `v2` derived from 1.11's."""
    if version == "1.12":
        return like_1_12(fixture("1.11"))
    if version == "v2":
        return like_v2(fixture("1.11"))
    read: Json = json.loads((FIXTURES / f"{version}.json").read_text(encoding="utf-8"))
    return read


def like_1_12(manifest: Json) -> Json:
    """1.12 adds `dimension` and `entity` to columns."""
    for node in manifest["nodes"].values():
        for column in node["columns"].values():
            column |= {"dimension": None, "entity": {"name": "bread", "type": "primary"}}
    manifest["metadata"]["dbt_version"] = "1.12.0"
    return manifest


def like_v2(manifest: Json) -> Json:
    """The v2 engine leaves out keys without a value and some others, and its contract has no checksum."""
    dropped = {"build_path", "compiled_path", "created_at", "deprecation_date", "docs", "group", "access", "doc_blocks"}
    for section in ("nodes", "sources", "exposures", "unit_tests"):
        for node in manifest[section].values():
            for key in dropped:
                node.pop(key, None)
            node.get("contract", {}).pop("checksum", None)
    without: Json = _without_nulls(manifest)
    without["metadata"] |= {"dbt_schema_version": SCHEMA.format(20), "dbt_version": "2.0.0-preview.60"}
    for group in without["groups"].values():
        del group["resource_type"]
    return without


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value


def small(*nodes: Json, **sections: Any) -> Json:
    """A manifest of the project `shop` with these nodes; a section given replaces the empty one."""
    metadata = {"dbt_schema_version": SCHEMA.format(12), "project_name": "shop", "adapter_type": "duckdb"}
    return {"metadata": metadata, "nodes": {node["unique_id"]: node for node in nodes}, **sections}


def model(name: str, **more: Any) -> Json:
    """A model of the project shop, with the keys that every version writes."""
    return resource("model", name, **{"original_file_path": f"models/{name}.sql", **more})


def resource(kind: str, name: str, **more: Any) -> Json:
    package = more.pop("package", "shop")
    return {
        "unique_id": f"{kind}.{package}.{name}",
        "resource_type": kind,
        "name": name,
        "package_name": package,
        "original_file_path": "models/all.yml",
        **more,
    }


def generic(name: str, on: str | None, **more: Any) -> Json:
    """A generic test of the project shop on the node with this id."""
    data = {"name": name, "kwargs": more.pop("kwargs", {}), "namespace": more.pop("namespace", None)}
    label = more.pop("label", f"{name}_{on}")
    return resource("test", label, attached_node=on, test_metadata=data, **more)


def opened(manifest: Json, folder: Path, root: str = "") -> ManifestProject:
    """The project of a manifest, written into this folder and read again."""
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return open_manifest(str(path), root=root)
