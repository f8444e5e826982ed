"""A manifest of the mill beside the tree it is compared with, and what the proof of freshness says of the two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from memory import MemoryTree
from readers.manifest.mill import FILES, PACKAGE, fixture, write
from readers.manifest.shapes import like_v2
from ringfence.domain.evidence import Difference, Freshness
from ringfence.readers.manifest.freshness import prove
from ringfence.readers.manifest.open import open_manifest
from ringfence.readers.static.contents import Contents
from ringfence.readers.static.open import open_projects

Files = dict[str, str | bytes]
STG = "models/staging/stg_mills.sql"
FLOUR = "models/marts/flour.sql"
MARTS = "models/marts/marts.yml"
STAGING = "models/staging/staging.yml"
WEIGHTS = "macros/weights.sql"

CONTENTS = Contents()  # by content: no test sees what another one wrote


class Made:
    """A manifest and the tree it is compared with, both as dbt found them until something is changed."""

    def __init__(self, folder: Path, label: str) -> None:
        self.folder, self.manifest = folder, fixture(label)
        self.files: Files = dict(FILES)
        self.adapter = "duckdb"
        del self.manifest["nodes"]["seed.mill.weather"]
        write(folder, PACKAGE)

    def edit(self, path: str, old: str, new: str) -> None:
        text = self.files[path]
        assert isinstance(text, str)
        assert old in text, f"{path} does not hold {old!r}"
        self.files[path] = text.replace(old, new, 1)

    def proof(self) -> Freshness:
        written = self.folder / "manifest.json"
        written.write_text(json.dumps(self.manifest), encoding="utf-8")
        tree = MemoryTree(self.files)
        (project,) = open_projects(tree, str(self.folder), [("", self.adapter)], CONTENTS)
        return prove(open_manifest(str(written), root=""), project, tree, str(self.folder))


def everything(_key: str) -> bool:
    return True


def of_kinds(*kinds: str) -> Callable[[str], bool]:
    return lambda key: key.split(".")[0] in kinds


def told(one: Difference) -> str:
    """A difference in one line: place, what is said, what it touches; `?` where it cannot be compared."""
    touched = ", ".join(sorted(key.removeprefix("model.mill.") for key in one.touches)) or "nothing"
    return f"{one.place} {one.told()} => {touched}{'' if one.certain else '?'}"


def expect(made: Made, outcome: str, *lines: str) -> None:
    found = made.proof()
    assert [told(one) for one in found.differences] == list(lines)
    assert found.outcome(everything) == outcome


def digest(text: str) -> str:
    return f"sha256 {hashlib.sha256(text.strip().encode()).hexdigest()[:12]}"


def edited(old: str, new: str) -> str:
    return f"({digest(old)} -> {digest(new)})"


def both(made: Made, path: str) -> tuple[str, str]:
    return FILES[path], str(made.files[path])


def as_v2(made: Made) -> None:
    """The manifest as the v2 engine writes it: no code, checksums of the text with single spaces."""
    for node in made.manifest["nodes"].values():
        path = node["original_file_path"]
        if node["checksum"]["name"] == "sha256" and path in FILES and not node.get("test_metadata"):
            text = FILES[path].strip() if path.endswith(".py") else " ".join(FILES[path].split())
            node["checksum"]["checksum"] = hashlib.sha256(text.encode()).hexdigest()
            node["raw_code"] = "--placeholder--"
    made.manifest = like_v2(made.manifest)
