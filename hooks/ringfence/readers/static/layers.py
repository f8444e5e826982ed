"""How dbt merges configuration: layers from weakest to strongest, some keys adding up, most replacing.

Merge behaviour by key is dbt's own (artifacts/resources/v1/config.py): tags, hooks and packages append; meta, quoting,
column_types, docs and contract update one level deep; grants extend where the key starts with `+`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, plain
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import Config
from ringfence.readers.static.values import fact_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ringfence.domain.node import Value
    from ringfence.sql.terms import Term, Var

HOOKS = ("pre-hook", "post-hook")
_APPEND = frozenset({"tags", *HOOKS, "packages"})
_UPDATE = frozenset({"meta", "quoting", "column_types", "docs", "contract"})
_SPELLINGS = {"pre_hook": "pre-hook", "post_hook": "post-hook"}


class Layer(NamedTuple):
    """Settings of one place; `rest` says that it may set keys nobody can see, such as `config(**settings)`."""

    values: dict[str, Fact[Value]]
    rest: Unknown | None = None


def project_layers(configs: Item | None, fqn: tuple[str, ...], variables: Callable[[Var], Term]) -> Iterator[Layer]:
    """Yield one layer for each level of dbt_project.yml along the fqn, outermost first.

    Without `+`, a mapping is a folder and anything else a setting; with `+` it is always a setting.
    """
    level = configs
    for name in ("", *fqn):
        if name:
            level = level.get(name) if isinstance(level, Mapping) else None
        if not isinstance(level, Mapping):
            return
        values = {}
        for key, (_, item) in level.entries().items():
            if key.startswith("+"):
                values[key[1:].strip()] = _setting(key[1:].strip(), item, variables)
            elif not isinstance(item, Mapping):
                values[key] = _setting(key, item, variables)
        yield Layer(values)


def mapping_layer(item: Item | None, variables: Callable[[Var], Term]) -> Layer:
    """Return the layer of a `config:` mapping (anything else is no layer: empty). A null there sets nothing."""
    if not isinstance(item, Mapping):
        return Layer({})
    facts = {key: _setting(key, value, variables) for key, (_, value) in item.entries().items()}
    return Layer({key: fact for key, fact in facts.items() if isinstance(fact, Unknown) or fact.value is not None})


def _setting(key: str, item: Item, variables: Callable[[Var], Term]) -> Fact[Value]:
    """Return the value of a setting; hooks stay as written, because dbt renders them with the node."""
    if _SPELLINGS.get(key, key) in HOOKS:
        return Known(plain(item), item.place)
    return fact_of(item, variables)


def merge(layers: Iterable[Layer]) -> Config:
    """Return the configuration that the layers, weakest first, resolve to."""
    merged: dict[str, Fact[Value]] = {}
    rest: Unknown | None = None
    for layer in layers:
        if layer.rest is not None:
            rest = layer.rest
            merged = dict.fromkeys(merged, layer.rest)
        for spelled, fact in layer.values.items():
            key = _SPELLINGS.get(spelled, spelled)
            merged[key] = _combined(key, merged.get(key), fact, rest)
    if "tags" in merged:
        merged["tags"] = _tag_set(merged["tags"])
    return Config(merged, rest)


def _combined(key: str, old: Fact[Value] | None, new: Fact[Value], rest: Unknown | None) -> Fact[Value]:
    adds = key in _APPEND or key in _UPDATE or key == "grants"
    if not adds or isinstance(new, Unknown):
        return new
    if old is None:
        if rest is not None:
            return rest
        old = Known([] if key in _APPEND else {})
    if isinstance(old, Unknown):
        return old
    if key in _APPEND:
        return Known([*_listed(old.value), *_listed(new.value)], new.place, new.tier)
    if not isinstance(new.value, dict) or not isinstance(old.value, dict):
        return new
    added = _granted(old.value, new.value) if key == "grants" else new.value
    return Known({**old.value, **added}, new.place, new.tier)


def _granted(old: dict[str, Value], new: dict[str, Value]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for key, value in new.items():
        name = key.removeprefix("+")
        result[name] = [*_listed(old.get(name)), *_listed(value)] if key.startswith("+") else _listed(value)
    return result


def _listed(value: Value) -> list[Value]:
    return [] if value is None else list(value) if isinstance(value, list | tuple) else [value]


def _tag_set(fact: Fact[Value]) -> Fact[Value]:
    if isinstance(fact, Unknown):
        return fact
    return Known(frozenset(str(tag) for tag in _listed(fact.value)), fact.place, fact.tier)
