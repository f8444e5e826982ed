"""Configuration as a manifest holds it, reduced to what some source set.

A manifest writes dbt's defaults out. A default says nothing about the project and the static reading does not have it,
so it would differ in every comparison: it is left out, and `Config.get` answers with the caller's default.
`unrendered_config` names the keys that were set to their default on purpose.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.domain.fact import Known
from ringfence.domain.node import Config
from ringfence.readers.manifest.parts import mapping_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Value
    from ringfence.readers.manifest.schema import Resource

TIER = "compiled"  # dbt itself resolved what a manifest holds

# dbt's defaults that are not null, an empty list or an empty mapping (dbt/artifacts/resources/v1 of dbt 1.5 to 1.11).
_DEFAULTS: dict[str, Value] = {
    "access": "protected",
    "contract": {"enforced": False},
    "delimiter": ",",
    "enabled": True,
    "lookback": 1,
    "on_configuration_change": "apply",
    "on_schema_change": "ignore",
}
_TEST_DEFAULTS: dict[str, Value] = {
    "enabled": True,
    "error_if": "!= 0",
    "fail_calc": "count(*)",
    "materialized": "test",
    "schema": "dbt_test__audit",
    "severity": "error",
    "warn_if": "!= 0",
}
_MATERIALIZED = {"seed": "seed", "snapshot": "snapshot"}
# What an engine works out by itself where nobody sets it.
_WORKED_OUT = frozenset({"quoting", "static_analysis", "store_failures_as"})
_MADE_ALIAS = re.compile(r"_[0-9a-f]{32}$")


class Settings:
    """Makes the configurations of one manifest. Equal ones are made once: tests by the thousand have the same."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._made: dict[object, Config] = {}

    def of(self, resource: Resource, kind: str, *, enabled: bool) -> Config:
        """Return the resolved configuration; what dbt lists as disabled is not `enabled`, whatever it says itself.

        Raises RingfenceError where the manifest holds something else than a mapping there.
        """
        texts = bytes(resource.config), bytes(resource.unrendered_config), bytes(resource.meta)
        key = (*texts, kind, enabled, resource.language, resource.tags, resource.group, resource.access)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(resource, kind, enabled=enabled)
        return made

    def _make(self, resource: Resource, kind: str, *, enabled: bool) -> Config:
        values = mapping_of(resource.config, self._where)
        explicit = mapping_of(resource.unrendered_config, self._where)
        _take_beside(values, resource, kind, mapping_of(resource.meta, self._where))
        if not enabled:
            values["enabled"] = False
        defaults = _defaults(resource, kind)
        facts: dict[str, Fact[Value]] = {}
        for key, written in values.items():
            value = _REDUCED[key](written) if key in _REDUCED else written
            default = defaults.get(key)
            if key not in explicit and (value == default or key in _WORKED_OUT):
                continue
            if default is not None or not (value is None or value == [] or value == {}):  # noqa: PLR1714
                facts[key] = Known(value, None, TIER)
        return Config(facts)


def _take_beside(values: dict[str, Value], resource: Resource, kind: str, meta: dict[str, Value]) -> None:
    """Take what stands beside `config`: tags as dbt applies them, and what some versions write nowhere else."""
    if resource.tags is not None:
        values["tags"] = resource.tags
    if meta:
        written = values.get("meta")
        values["meta"] = {**written, **meta} if isinstance(written, dict) else meta
    if kind == "test":
        return  # the group that stands there is that of the tested model
    if resource.group is not None and values.get("group") is None:
        values["group"] = resource.group
    if resource.access is not None and values.get("access") in (None, "protected"):
        values["access"] = resource.access


def _defaults(resource: Resource, kind: str) -> dict[str, Value]:
    if kind == "test":
        return _TEST_DEFAULTS
    plain = "table" if resource.language == "python" else "view"
    return {**_DEFAULTS, "materialized": _MATERIALIZED.get(kind, plain)}


def _alias(value: Value) -> Value:
    """Return no alias for the one that dbt makes for a test whose name is too long."""
    return None if isinstance(value, str) and _MADE_ALIAS.search(value) else value


def _severity(value: Value) -> Value:
    return value.lower() if isinstance(value, str) else value  # dbt writes capitals, whatever the project does


def _tags(value: Value) -> Value:
    tags = value if isinstance(value, list | tuple) else [] if value is None else [value]
    return frozenset(str(tag) for tag in tags) or None


def _hooks(value: Value) -> Value:
    return [_hook(item) for item in value] if isinstance(value, list) else value


def _hook(item: Value) -> Value:
    """Return a hook as projects write it: its SQL alone, where nothing else is said."""
    if not isinstance(item, dict):
        return item
    said = {key: value for key, value in item.items() if value is not None and (key, value) != ("transaction", True)}
    return said["sql"] if list(said) == ["sql"] else said


def _pruned(value: Value, silent: tuple[str, Value] | None = None) -> Value:
    """Return a mapping without the parts that dbt spells out although nobody said anything."""
    if not isinstance(value, dict):
        return value
    inner = {key: _pruned(part) for key, part in value.items() if (key, part) != silent}
    return {key: part for key, part in inner.items() if part is not None and part != {}}


_REDUCED: dict[str, Callable[[Value], Value]] = {
    "alias": _alias,
    "config_keys_defaults": lambda _: None,  # what dbt notes down for itself about Python models
    "config_keys_used": lambda _: None,
    "contract": lambda value: _pruned(value, ("alias_types", True)),
    "docs": lambda value: _pruned(value, ("show", True)),
    "freshness": _pruned,
    "post-hook": _hooks,
    "pre-hook": _hooks,
    "quoting": _pruned,
    "severity": _severity,
    "snapshot_meta_column_names": _pruned,
    "tags": _tags,
}
