"""Keys that dbt knows and silently ignores where they stand: tests/conformance/cases/ignored_keys.md shows each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.configkeys import ADAPTERS, CONFIG, SETTINGS, words
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.propertykeys import IGNORES, PLACES, settings_of

if TYPE_CHECKING:
    from ringfence.domain.spots import Spot


class Ignored(NamedTuple):
    """Why dbt ignores a key, and what to do; `name` is what it is called where dbt reads it."""

    why: str
    fix: str
    name: str = ""
    under_config: bool = False


# Properties of an entry that take no effect below its `config:`.
_BESIDE = words(
    "columns constraints data_tests data_type deprecation_date description latest_version name tests "
    "time_spine versions"
)
# Place -> keys that dbt's classes accept there and nothing reads.
_INERT = {
    "model": {"data_type": "columns", "quote_columns": "seeds, under config:"},
    "seed": {"data_type": "columns", "constraints": "models", "latest_version": "models", "versions": "models"},
    "snapshot": {"data_type": "columns", "constraints": "models", "latest_version": "models", "versions": "models"},
    "analysis": {"data_type": "columns", "constraints": "models", "data_tests": "models", "tests": "models"},
    "table": {"constraints": "models", "data_type": "columns", "loader": "sources", "overrides": "sources"},
}
# Kinds whose settings no macro and no materialization reads: what dbt does not read there is lost.
_UNREAD = frozenset(
    {"source", "table", "exposure", "group", "metric", "semantic_model", "saved_query", "macro", "unit_test"}
) | {"column", "analysis_column"}
# Setting -> the one kind that reads it, where no adapter and hardly a materialization of one's own uses the name.
_ONLY = {
    **dict.fromkeys(("severity", "error_if", "warn_if", "fail_calc", "store_failures", "store_failures_as"), "test"),
    **dict.fromkeys(
        (
            "check_cols",
            "dbt_valid_to_current",
            "hard_deletes",
            "invalidate_hard_deletes",
            "snapshot_meta_column_names",
        ),
        "snapshot",
    ),
    **dict.fromkeys(("loaded_at_field", "loaded_at_query"), "source"),
    "contract": "model",
}
_BUILT = frozenset({"model", "seed", "snapshot", "test"})


def ignored(spot: Spot, key: str) -> Ignored | None:
    """Return why dbt ignores this key of a mapping, or None where it reads it, or refuses it, or does not know it."""
    if spot.place == "config":
        return _in_config(spot.owner, key)
    place = PLACES[spot.place]
    if place.beyond != IGNORES or key in place.keys or spot.place == "file":
        return None
    name = key.removeprefix("+")
    reader = _INERT.get(spot.place, {}).get(key)
    if reader is not None:
        return Ignored(f"dbt reads it for {reader} only", "remove it, or move it to where it belongs")
    if name in settings_of(spot.place) or (name in ADAPTERS and spot.place in _BUILT):
        fix = f"move it under config:{_bare(key, name)}"
        return Ignored("dbt reads it under config: only", fix, name, under_config=True)
    if name in SETTINGS:
        return _elsewhere(name)
    return None


def _in_config(owner: str, key: str) -> Ignored | None:
    name = key.removeprefix("+")
    own = settings_of(owner)
    if name != key and (name in SETTINGS or name in _BESIDE):
        return Ignored("the + belongs in dbt_project.yml", f"write {name}:", name)
    if key in own:
        return None
    if key in _BESIDE and owner not in ("saved_query", "test"):
        if key in PLACES[owner].keys:
            return Ignored("dbt reads it beside config:, not under it", "move it out of config:, one level up")
        return None
    if key in _ONLY and owner in _BUILT and owner != _ONLY[key]:
        return Ignored(f"dbt reads it for {_plural(_ONLY[key])} only", "remove it, or move it to where it belongs")
    if owner not in _UNREAD:
        return None
    if key in PLACES[owner].keys:
        return Ignored("dbt reads it beside config:, not under it", "move it out of config:, one level up")
    return None if key in ADAPTERS else _elsewhere(key)


def _elsewhere(name: str) -> Ignored | None:
    readers = [_plural(kind) for kind, known in CONFIG.items() if name in known and kind in _BUILT | {"source"}]
    if not readers:
        return None
    return Ignored(f"dbt reads it for {', '.join(readers)} only", "remove it, or move it to where it belongs")


def _bare(key: str, name: str) -> str:
    return "" if key == name else f", as {name}: without the +"


def _plural(kind: str) -> str:
    return f"{kind}s"
