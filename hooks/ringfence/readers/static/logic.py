"""The parts of a model's logic, from its sources: its own text, and every macro, variable, flag, seed, setting and
ephemeral model that it reaches.

A macro counts when a text that is reached names it, in whatever branch. Macros that dbt itself calls to build a model
count where the project has its own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.flagnames import KILL, NAMESPACE, OVERRIDE, REGISTRY
from ringfence.domain.flags import SWITCHING
from ringfence.domain.logic import OWN, Logic
from ringfence.domain.place import Place
from ringfence.readers.static.effects import hook_texts
from ringfence.readers.static.layers import HOOKS
from ringfence.sql import fingerprint
from ringfence.sql.mentions import Mentions, mentions
from ringfence.sql.terms import Const, Var

if TYPE_CHECKING:
    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node, Ref
    from ringfence.readers.static.package import Package
    from ringfence.readers.static.project import StaticProject

_MOST = 2_000  # macros that one model reaches
# Settings that an interface holds, and those of which no row of the model is made.
_BESIDE = frozenset(
    {
        *(
            "materialized",
            "database",
            "schema",
            "alias",
            "unique_key",
            "on_schema_change",
            "access",
            "group",
            "contract",
        ),
        *("tags", "enabled", "docs", "description", "persist_docs", "grants", "meta", "labels", "query_tag"),
        *("snowflake_warehouse", "databricks_compute", "copy_grants", "packages", "quoting"),
    }
)
# Macros that dbt calls by themselves while it builds a model, by the names without the prefix of an adapter:
# https://github.com/dbt-labs/dbt-adapters/tree/main/dbt-adapters/src/dbt/include/global_project/macros
_CALLED_BY_DBT = (
    *("create_table_as", "create_view_as", "get_create_table_as_sql", "get_create_view_as_sql", "run_hooks"),
    *("get_merge_sql", "get_delete_insert_merge_sql", "get_insert_overwrite_merge_sql", "get_incremental_append_sql"),
    *("get_incremental_merge_sql", "get_incremental_delete_insert_sql", "get_incremental_insert_overwrite_sql"),
    *("get_incremental_default_sql", "get_incremental_microbatch_sql", "get_merge_update_columns", "get_quoted_csv"),
    *("should_full_refresh", "is_incremental", "get_create_materialized_view_as_sql", "get_empty_subquery_sql"),
    *("get_assert_columns_equivalent", "get_select_subquery", "process_schema_changes", "expand_target_column_types"),
)


def logic_of(project: StaticProject, key: str) -> Logic:
    """Return the parts of a model's logic; what cannot be told is unknown, with the reason."""
    node = project.node(key)
    if node is None:
        return Logic({})
    collector = _Collector(project)
    collector.model(node, OWN)
    collector.materialization(node)
    collector.follow()
    collector.settings(node)
    collector.follow()
    return Logic(collector.parts)


@lru_cache(maxsize=1_000)
def _of_macro(text: str) -> tuple[str, Mentions]:
    """Return the fingerprint of a macro's text and what it names: one macro is reached by many models."""
    return fingerprint.source_fingerprint(text), mentions(text)


class _Collector:
    def __init__(self, project: StaticProject) -> None:
        self._project = project
        self.parts: dict[str, Fact[str]] = {}
        self._words: set[str] = set()
        self._waiting: list[tuple[Mentions, str, str]] = []  # what texts name, each with its package and file

    # models

    def model(self, node: Node, part: str) -> None:
        """Add the text of a model and all that it names."""
        package = self._project.packages[node.identity.package]
        text = package.source(node.path)
        if node.language == "sql":
            settings_apart = fingerprint.without_settings(text)
            print_ = fingerprint.source_fingerprint(settings_apart)
            words = mentions(settings_apart).words
            self._named(mentions(text)._replace(words=words), package.name, node.path)
        else:
            print_ = fingerprint.text_fingerprint(text)
        self.parts[part] = Known(print_, self._at(package, node.path), "static")
        if isinstance(node.refs, Unknown):
            self.parts[f"refs of {node.identity.label}"] = node.refs
        for ref in node.refs_at:
            self._read(ref, node)

    def _read(self, ref: Ref, node: Node) -> None:
        key = self._project.target(ref, node.identity.package)
        target = None if key is None else self._project.node(key)
        if target is None:
            return
        identity = target.identity
        if identity.version is not None and ref.version is None:
            named = Known(fingerprint.value_fingerprint(identity.label), target.place, "static")
            self.parts[f"ref {identity.name}"] = named
        if identity.kind == "seed":
            self._seed(target)
            return
        part = f"ephemeral {identity.label}"
        materialized = target.materialized
        if identity.kind != "model" or part in self.parts:
            return
        if isinstance(materialized, Unknown):
            self.parts[part] = materialized
        elif materialized.value == "ephemeral":
            self.model(target, part)

    def _seed(self, seed: Node) -> None:
        package = self._project.packages[seed.identity.package]
        delimiter = seed.config.get("delimiter", ",")
        if isinstance(delimiter, Unknown):
            self.parts[f"seed {seed.identity.name}"] = delimiter
            return
        rows = fingerprint.seed_fingerprint(package.source(seed.path), str(delimiter.value))
        self.parts[f"seed {seed.identity.name}"] = Known(rows, self._at(package, seed.path), "static")

    # settings

    def settings(self, node: Node) -> None:
        """Add the settings of a model that can move its rows, and what its hooks name."""
        config = node.config
        if config.rest is not None:
            self.parts["config"] = config.rest
        named = config.keys()
        for key in named:
            if key in _BESIDE and (key != "meta" or "meta" not in self._words):
                continue
            fact = config.get(key)
            if isinstance(fact, Unknown):
                written = fact.expression
                said = fact if written is None else Known(fingerprint.value_fingerprint([written]), fact.place)
                self.parts[f"config {key}"] = said
            elif fact.value not in (None, "", [], {}):
                self.parts[f"config {key}"] = Known(fingerprint.value_fingerprint(fact.value), fact.place)
                for text in hook_texts(fact.value) if key in HOOKS else ():
                    self._named(mentions(text), node.identity.package, node.path)

    def materialization(self, node: Node) -> None:
        """Add what the project has of its own of that by which dbt builds a model."""
        root, scope = self._project.package, self._project.scope_of(self._project.name)
        prefixes = ("", "default__", *([f"{scope.adapter}__"] if scope.adapter else []))
        for name in _CALLED_BY_DBT:
            for prefix in prefixes:
                if root.macro(prefix + name) is not None:
                    self._macro(f"{root.name}.{prefix}{name}", root.name)
        if isinstance(node.materialized, Unknown):
            return
        name = str(node.materialized.value)
        for package in self._project.packages.values():
            for path in package.index.paths(package.key("materialization", name)):
                text = fingerprint.macro_text(package.source(path), name, "materialization") or ""
                part = f"materialization {package.name}.{name}"
                self.parts[part] = Known(fingerprint.source_fingerprint(text), self._at(package, path), "static")
                self._named(mentions(text), package.name, path)

    # names

    def _named(self, found: Mentions, package: str, path: str) -> None:
        """Take note of what a text in a file of a package names."""
        self._words |= found.words
        self._waiting.append((found, package, path))

    def follow(self) -> None:
        """Add what the texts name, and what those name in turn."""
        while self._waiting:
            self._add(*self._waiting.pop())

    def _add(self, found: Mentions, package: str, path: str) -> None:
        for what, line in found.hidden:
            self.parts[f"{what} named by a run"] = Unknown(f"{what} whose name only a run decides", Place(path, line))
        for name in sorted(found.variables):
            self._variable(name, package)
        for name in sorted(found.flags):
            self._flag(name)
        for name in sorted(found.macros):
            self._macro(name, package)
        for namespace, name in sorted(found.dispatched):
            target = self._project.scope_of(package).dispatched(namespace, name, package)
            if target is not None:
                self._macro(f"{target[0]}.{target[1].name}", package)

    def _variable(self, name: str, package: str) -> None:
        root = self._project.name
        part = f"var {name}" if package == root else f"var {package}.{name}"
        term = self._project.scope_of(package).variables(Var(name, None))
        value = fingerprint.value_fingerprint(term.value) if isinstance(term, Const) else UNSET
        self.parts[part] = Known(value, self._variable_place(name, package), "static")

    def _flag(self, name: str) -> None:
        """Add what dbt_project.yml says of a feature flag: how it stands, and not who owns it or until when.

        The macros of our package are not followed: they look a variable up by a name that they put together.
        """
        held = self._project.package.layout.own_variables
        registry, killed = held.get(REGISTRY), held.get(KILL)
        entry = registry.get(name) if isinstance(registry, dict) else None
        stands = {key: entry.get(key) for key in SWITCHING} if isinstance(entry, dict) else None
        value = fingerprint.value_fingerprint([stands, held.get(f"{OVERRIDE}{name}"), killed])
        self.parts[f"flag {name}"] = Known(value, self._flag_place(name), "static")
        self._pin(NAMESPACE)

    def _flag_place(self, name: str) -> Place | None:
        held = self._project.package.layout.document.get("vars")
        own = held.get(self._project.name) if isinstance(held, Mapping) else None
        for mapping in (own, held):
            registry = mapping.get(REGISTRY) if isinstance(mapping, Mapping) else None
            key = registry.key(name) if isinstance(registry, Mapping) else None
            if key is not None:
                return key.place
        return None

    def _variable_place(self, name: str, package: str) -> Place | None:
        held = self._project.package.layout.document.get("vars")
        section = held.get(package) if isinstance(held, Mapping) else None
        for mapping in (section, held):
            item = mapping.get(name) if isinstance(mapping, Mapping) else None
            if item is not None:
                return item.place
        return None

    def _macro(self, name: str, package: str) -> None:
        scope = self._project.scope_of(package)
        plain = name.removeprefix("dbt.")
        found = scope.macro(name, package) or scope.dispatched("dbt", plain, package)
        if found is None:
            self._missing(name, scope.missing)
            return
        owner, block, path = found
        part = f"macro {owner}.{block.name}"
        if part in self.parts:
            return
        held = self._project.packages[owner]
        if len(self.parts) > _MOST:
            self.parts["macros"] = Unknown(f"it reaches more than {_MOST:,} macros")
            return
        text = held.source(path)
        text = fingerprint.macro_text(text, block.name) or text
        place = self._at(held, path, block.line)
        print_, named = _of_macro(text)
        self.parts[part] = Known(print_, place, "static")
        if held.tree is not self._project.package.tree:
            self._pin(owner)
        self._named(named, owner, path)

    def _missing(self, name: str, missing: frozenset[str]) -> None:
        owner = name.partition(".")[0]
        if owner in missing and "." in name:
            self.parts[f"macro {name}"] = Unknown(f"the package {owner} is not installed")
            self._pin(owner)

    def _pin(self, package: str) -> None:
        """Add which version of a package the project asks for: what is installed may be another one."""
        required = self._project.required.get(package)
        pin = required and (required.locked or required.wanted)
        if required is not None and pin:
            self.parts[f"package {package}"] = Known(f"{PIN}:{pin}", required.place, "static")

    def _at(self, package: Package, path: str, line: int = 1) -> Place | None:
        """Return a place in the judged tree; None for a file of an installed package."""
        return Place(path, line, 1, line, 1) if package.tree is self._project.package.tree else None


UNSET = "val1:unset"
PIN = "pin1"
