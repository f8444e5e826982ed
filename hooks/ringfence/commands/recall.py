"""The last answer to the same question, where nothing that could change it has moved since.

An answer rests on the files of head and base that some reader may open, on the packages installed beside them, on the
question, and on this edition of the program, which the cache is kept for. A README that changed is no reason to judge
again.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import Finding, Undecidable, pack_result, unpack_result
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.tree import Entry, Version
from ringfence.readers.versions import differing
from ringfence.stores.cache import Save, Slot

if TYPE_CHECKING:
    from ringfence.commands.ground import Ground
    from ringfence.domain.tree import Tree
    from ringfence.stores.cache import Cache

# What any reader of a tree opens: everything else may change without a second look.
_READ = (".sql", ".py", ".yml", ".yaml", ".csv", ".json", ".toml", ".dbtignore", ".gitignore", "codeowners")
_DOCUMENT = ".md"
_KIND, _OWNER = "a", "answer"


class Judgement(NamedTuple):
    """Everything a check found, over all projects.

    `accepted` counts what an approval, a lock, an ignore or the list of known findings took away.
    """

    findings: tuple[Finding, ...]
    undecided: tuple[Undecidable, ...]
    projects: int
    accepted: int


class Rests(NamedTuple):
    """What an answer rests on besides the head: the configured branch, the base, packages: folder -> stamp.

    `until` is the last day on which it holds, as YYYY-MM-DD: ignores expire. `documents` are the folders in which dbt
    looks for docs blocks; a Markdown file elsewhere is nobody's.
    """

    branch: str | None
    base: Tree | None
    installed: dict[str, str]
    until: str | None
    documents: tuple[str, ...]


def recall(ground: Ground, question: object) -> tuple[Judgement, Tree | None] | None:
    """Return the last answer to a question and the base it compares with, or None where it has to be judged."""
    version = ground.head.tree.version
    cache = ground.cache(None) if version is not None else None
    if cache is None or version is None:
        return None
    try:
        return _recalled(ground, question, cache, version)
    except RingfenceError:
        return None  # a tree that git has forgotten, no base: judging says what is wrong
    finally:
        cache.close()


def remember(ground: Ground, cache: Cache, question: object, judgement: Judgement, rests: Rests) -> None:
    """Keep an answer. One that rests on trees that another run cannot find again is not kept."""
    version, base = ground.head.tree.version, None if rests.base is None else rests.base.version
    if version is None or (rests.base is not None and base is None):
        return
    told = {
        "branch": rests.branch,
        "base": None if base is None else [base.tree, _packed(base)],
        "installed": rests.installed,
        "until": rests.until,
        "documents": rests.documents,
        "projects": judgement.projects,
        "accepted": judgement.accepted,
    }
    said: list[Finding | Undecidable] = [*judgement.findings, *judgement.undecided]
    results = [pack_result(one) for one in said]
    name = _name(ground, question)
    after = Slot(0, json.dumps(told), "", version.tree, _packed(version), os.urandom(8).hex())
    cache.save(Save(name, cache.slot(name), after, frozenset({_KIND}), {_KIND: {_OWNER: results}}, {}))


def _recalled(ground: Ground, question: object, cache: Cache, version: Version) -> tuple[Judgement, Tree | None] | None:
    slot = cache.slot(_name(ground, question))
    if slot is None:
        return None
    told = json.loads(slot.units)
    documents = told["documents"]
    if _moved(ground, Version(slot.tree, _entries(slot.overlay)), version, documents):
        return None
    if told["until"] is not None and _is_over(told["until"]):
        return None
    base = None
    if told["base"] is not None:
        base = ground.base(told["branch"])
        tree, overlay = told["base"]
        if base.version is None or _moved(ground, Version(tree, _entries(overlay)), base.version, documents):
            return None
    if told["installed"]:
        from ringfence.readers.installed import stamp

        if any(stamp(folder) != seen for folder, seen in told["installed"].items()):
            return None
    results = [unpack_result(one) for one in cache.records(slot).record(_KIND, _OWNER) or ()]
    findings = tuple(one for one in results if isinstance(one, Finding))
    undecided = tuple(one for one in results if isinstance(one, Undecidable))
    return Judgement(findings, undecided, told["projects"], told["accepted"]), base


def _is_over(day: str) -> bool:
    import datetime

    return datetime.datetime.now(tz=datetime.UTC).date().isoformat() > day


def _moved(ground: Ground, old: Version, new: Version, documents: list[str]) -> bool:
    return any(
        path.lower().endswith(_READ) or (path.lower().endswith(_DOCUMENT) and path.startswith(tuple(documents)))
        for path in differing(ground.git, old, new)
    )


def _name(ground: Ground, question: object) -> str:
    return f"{ground.git.directory}|{ground.here}|{ground.project}|{question!r}"


def _packed(version: Version) -> dict[str, list[str] | None]:
    return {path: None if entry is None else list(entry) for path, entry in version.overlay.items()}


def _entries(overlay: dict[str, Any]) -> dict[str, Entry | None]:
    return {path: None if entry is None else Entry(*entry) for path, entry in overlay.items()}
