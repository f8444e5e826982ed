"""What single values of a manifest rest on, and the proof that all of it is the same in the judged tree.

A setting rests on the file's own text, on the macros it reaches, on its properties entry and on the levels of
dbt_project.yml. A manifest holds the first two in full. Of the levels it holds the strongest one as it was written
(`unrendered_config`; what an entry says stands there rendered). What a `var()` gives it does not hold at all. So a
value is taken only where the text alone decides, or where the strongest level is word for word the one of the tree.

`target` and `env_var()` are the machine's that made the manifest: this is evidence for that target, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Item, Mapping, plain
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Node, Value
from ringfence.readers.manifest.compiled import CompiledColumns
from ringfence.readers.manifest.deciding import dispatched, restless, settled, unnamed
from ringfence.readers.manifest.fields import ADDING, from_project_file
from ringfence.readers.static.effects import hook_texts
from ringfence.readers.static.layers import HOOKS
from ringfence.sql.terms import Const

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.evidence import Difference
    from ringfence.domain.node import Ref, SourceRef
    from ringfence.domain.place import Place
    from ringfence.readers.manifest.freshness import Comparison
    from ringfence.sql.terms import Call

TIER = "compiled"
_READING = frozenset({"ref", "source", "caller"})
_NOWHERE, _UNSURE = object(), object()


class ManifestEvidence:
    """Proves single values of a manifest, and remembers what stood against those that were asked for in vain."""

    def __init__(self, comparison: Comparison) -> None:
        self._comparison = comparison
        self._columns = CompiledColumns(comparison)
        self._refused: dict[tuple[str, Place | None], tuple[Difference, ...]] = {}
        self._against: dict[str, tuple[Difference, ...] | None] = {}

    @property
    def foreign(self) -> bool:
        """Whether the manifest is none of this project."""
        return self._comparison.foreign is not None

    def setting(self, node: Node, key: str, default: Value, hidden: Unknown) -> Fact[Value]:
        """Return what a setting of a node resolves to, or `hidden`."""
        theirs = self._standing(node, hidden)
        if theirs is None or (_off(theirs) and key != "enabled"):
            return hidden  # dbt does not finish the configuration of what it leaves out
        decided = self._by_project_file(node, key, hidden, theirs) or self._by_text(node, key, hidden, theirs)
        fact = theirs.config.get(key, default)
        return Known(fact.value, hidden.place, TIER) if decided and isinstance(fact, Known) else hidden

    def refs(self, node: Node, hidden: Unknown) -> Fact[frozenset[Ref]]:
        """Return what a node reads by ref(), or `hidden`."""
        theirs = self._calling(node, hidden)
        return hidden if theirs is None else theirs.refs

    def sources(self, node: Node, hidden: Unknown) -> Fact[frozenset[SourceRef]]:
        """Return what a node reads by source(), or `hidden`."""
        theirs = self._calling(node, hidden)
        return hidden if theirs is None else theirs.sources

    def macros(self, node: Node, hidden: Unknown) -> Fact[frozenset[str]]:
        """Return which macros a node calls, or `hidden`."""
        theirs = self._calling(node, hidden)
        return hidden if theirs is None else theirs.macros

    def outputs(self, node: Node, hidden: Unknown) -> Fact[tuple[str, ...]]:
        """Return the names of the columns that a node produces, or `hidden`."""
        found = self._columns.names(node, hidden)
        if isinstance(found, Unknown):
            self._refused[hidden.reason, hidden.place] = self._columns.against(node) or ()
        return found

    def against(self, reason: str, place: Place) -> tuple[Difference, ...]:
        """Return what stood against an unknown value; nothing where no manifest could prove it."""
        return self._refused.get((reason, place)) or self._refused.get((reason, None)) or ()

    # what stands against a node

    def _standing(self, node: Node, hidden: Unknown) -> Node | None:
        """Return the node of the manifest where nothing it rests on differs, as far as both hold it."""
        against = self._differing(node)
        if against is None or against:
            self._refused[hidden.reason, hidden.place] = against or ()
            return None
        self._refused[hidden.reason, hidden.place] = ()
        return self._comparison.manifest.node(node.key)

    def _differing(self, node: Node) -> tuple[Difference, ...] | None:
        """Return what differs in a node and the macros it reaches; None where that cannot be told."""
        if node.key not in self._against:
            self._against[node.key] = self._compared(node)
        return self._against[node.key]

    def _compared(self, node: Node) -> tuple[Difference, ...] | None:
        comparison = self._comparison
        project = comparison.project
        if comparison.foreign is not None or node.identity.package != project.name:
            return None
        if len(project.all_of(node.key)) != 1:
            return None
        if comparison.resource(node) is None:
            return (comparison.added(node),)
        found = comparison.fields_of(node)
        if node.identity.kind != "seed":  # nothing that a manifest says of a seed comes from its data
            found = [*(one for one in comparison.text_of(node) if one.touches), *found]
        for key in sorted(comparison.macros.reached(node)):
            found += [one for one in comparison.of_macro(key) if one.touches]
        return tuple(found)

    # what decides a value

    def _by_project_file(self, node: Node, key: str, hidden: Unknown, theirs: Node) -> bool:
        """Return whether a template of dbt_project.yml decides, and is word for word the one of the manifest."""
        if not from_project_file(hidden):
            return False
        levels = self._levels(node, key)
        if not levels or restless(str(levels[-1])):
            return False
        if self._written(node, key) != levels[-1]:
            return False
        if key not in ADDING:
            return True
        # of settings that add up nothing but this one level may have a part in it, then and now
        alone = len(levels) == 1 and self._entry(node, key) is _NOWHERE and not self._may_set(node, key)
        return alone and _fits(levels[0], theirs.config.get(key))

    def _by_text(self, node: Node, key: str, hidden: Unknown, theirs: Node) -> bool:
        """Return whether the file and its macros decide, or leave it to a level that the manifest has as well."""
        if hidden.place is None or from_project_file(hidden) or not self._from_text(node, hidden.place):
            return False
        if self._restless(node, key):
            return False
        written = self._written(node, key)
        levels = self._levels(node, key)
        entry = self._entry(node, key)
        always = self._always_set(node, key, hidden.place)
        if key in ADDING:
            alone = not levels and entry is _NOWHERE
            return alone and (written is _NOWHERE or (always and _fits(written, theirs.config.get(key))))
        if always:
            return True
        below = entry if entry is not _NOWHERE else levels[-1] if levels else _NOWHERE
        return bool(written == below)

    def _calling(self, node: Node, hidden: Unknown) -> Node | None:
        """Return the manifest's node where its text, macros and hooks decide what it reads and calls."""
        theirs = self._standing(node, hidden)
        if theirs is None or _off(theirs):
            return None
        hooks = [node.config.get(key) for key in HOOKS]
        if any(isinstance(hook, Unknown) for hook in hooks):
            return None
        texts = [text for hook in hooks if isinstance(hook, Known) for text in hook_texts(hook.value)]
        return None if self._restless(node, None) or any(map(restless, texts)) else theirs

    def _from_text(self, node: Node, place: Place) -> bool:
        """Return whether a place is in the node's file or in a file that can only be a macro's."""
        return place.path == node.path or place.path.endswith(".sql")

    def _restless(self, node: Node, key: str | None) -> bool:
        """Return whether something that no manifest holds may decide about a setting, or (None) what a node calls."""
        macros = self._comparison.macros
        reached = macros.reached(node)
        texts = [macros.text(one) for one in reached]
        if any(map(restless, texts)):
            return True
        own = self._comparison.text(node.path) or ""
        # where two packages have an implementation, dbt_project.yml decides which one is meant
        if any(macros.implementing(name) > 1 for name in dispatched([own, *texts])):
            return True
        if node.language == "python" or not restless(own):
            return False
        names = {one.rpartition(".")[2] for one in reached}
        deciding = self._deciding(node, key, names, configuring=any("config" in text for text in texts))
        return unnamed(own) or not all(settled(call, names, key if _is_config(call) else None) for call in deciding)

    def _deciding(self, node: Node, key: str | None, names: set[str], *, configuring: bool) -> list[Call]:
        """Return the calls of a file that have a part in a setting, or (None) in what it reads and calls."""
        calls = self._own_calls(node)
        macros = [call for call in calls if call.name.rpartition(".")[2].rpartition(":")[2] in names]
        dispatching = [call for call in calls if call.name.startswith("adapter.dispatch:")]
        if key is None:
            reading = [call for call in calls if call.name.removeprefix("builtins.") in _READING]
            return [*reading, *macros, *dispatching]
        setting = [call for call in calls if _is_config(call) and _sets(call, key)]
        return [*setting, *macros, *dispatching] if configuring else setting

    def _always_set(self, node: Node, key: str, place: Place) -> bool:
        """Return whether the file's own config() call at a place decides about a key, under no condition."""
        setting = [call for call in self._own_calls(node) if _is_config(call) and _sets(call, key)]
        here = bool(setting) and (place.path, place.line) == (node.path, setting[-1].line)
        return here and _unconditional(setting[-1])

    def _may_set(self, node: Node, key: str) -> bool:
        """Return whether the file or a macro that it reaches may set a key, whatever the condition."""
        macros = self._comparison.macros
        texts = (macros.text(one) for one in macros.reached(node))
        setting = any(_is_config(call) and _sets(call, key) for call in self._own_calls(node))
        return setting or any("config" in text for text in texts)

    def _own_calls(self, node: Node) -> list[Call]:
        """Return the calls in the text that defines a node."""
        kind, name = node.identity.kind, node.identity.name
        if kind == "seed":
            return []
        blocks = self._comparison.project.package.facts(node.path).blocks
        own = [one for one in blocks if (one.kind, one.name) == (kind, name)] or list(blocks[:1])
        return [call for block in own for call in block.calls]

    def _written(self, node: Node, key: str) -> Any:
        """Return the strongest level of a setting as the manifest has it."""
        unrendered = self._comparison.unrendered(node)
        return unrendered.get(key, unrendered.get(key.replace("-", "_"), _NOWHERE))

    def _levels(self, node: Node, key: str) -> list[object]:
        """Return what the levels of dbt_project.yml write for a key, weakest first."""
        configs = self._comparison.project.package.layout.configs(node.identity.kind)
        spelled = {key, key.replace("-", "_")}
        return [value for name, value in _levels(configs, node.fqn) if name in spelled]

    def _entry(self, node: Node, key: str) -> Any:
        """Return what the properties entry of a node writes for a key; one of several values is not chosen."""
        found: list[object] = []
        for entry in self._comparison.project.declared(node.identity.kind, node.identity.name):
            versions = entry.body.get("versions")
            bodies = [entry.body, *(item for item in getattr(versions, "items", ()) if isinstance(item, Mapping))]
            for body in bodies:
                settings = [body, config] if isinstance(config := body.get("config"), Mapping) else [body]
                found += [plain(item) for one in settings if (item := one.get(key)) is not None]
        return found[0] if len(found) == 1 else _UNSURE if found else _NOWHERE


def _levels(configs: Item | None, fqn: tuple[str, ...]) -> Iterator[tuple[str, object]]:
    """Yield key and value as written of every level of dbt_project.yml along the fqn (see static/layers.py)."""
    level = configs
    for name in ("", *fqn):
        if name:
            level = level.get(name) if isinstance(level, Mapping) else None
        if not isinstance(level, Mapping):
            return
        for key, (_, item) in level.entries().items():
            if key.startswith("+") or not isinstance(item, Mapping):
                yield key.removeprefix("+").strip(), plain(item)


def _off(node: Node) -> bool:
    enabled = node.enabled
    return isinstance(enabled, Known) and not enabled.value


def _is_config(call: Call) -> bool:
    return call.name.removeprefix("builtins.") == "config"


def _sets(call: Call, key: str) -> bool:
    """Return whether a config() call may set a key."""
    named = {name.replace("_", "-") if name in ("pre_hook", "post_hook") else name for name, _ in call.keywords}
    return key in named or call.open_keywords is not None or bool(call.args)


def _unconditional(call: Call) -> bool:
    return (
        isinstance(call.guard, Const)
        and bool(call.guard.value)
        and not (call.caller_of or call.args or call.open_keywords)
    )


def _fits(written: object, fact: Fact[Value]) -> bool:
    """Return whether a value can be what a text with templates renders to: nothing else has been added to it."""
    return isinstance(fact, Known) and _alike(written, fact.value)


def _alike(written: object, value: object) -> bool:
    if isinstance(written, str) and ("{{" in written or "{%" in written):
        return not isinstance(value, list | dict | frozenset)
    if isinstance(value, frozenset):
        return _tagged(written, value)
    if isinstance(written, dict) and isinstance(value, dict):
        return written.keys() == value.keys() and all(_alike(written[key], value[key]) for key in written)
    if isinstance(written, list) and isinstance(value, list):
        return len(written) == len(value) and all(map(_alike, written, value))
    return written == value


def _tagged(written: object, value: frozenset[object]) -> bool:
    """Return whether a set of tags can be what a list with templates renders to."""
    tags = [str(one) for one in written] if isinstance(written, list) else [str(written)]
    plain_tags = {tag for tag in tags if "{{" not in tag and "{%" not in tag}
    return plain_tags <= value and len(value) == len(tags)
