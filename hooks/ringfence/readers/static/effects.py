"""What a template does when dbt parses it: refs, sources and settings of its own calls and of the macros it reaches.

Macros are followed with the arguments they are called with. What only a run decides (a condition on `target`, an
argument from a query) makes exactly the refs or keys it touches unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.node import ANY_SOURCE, Ref, SourceRef, Value
from ringfence.domain.place import Place
from ringfence.readers.static.layers import HOOKS, Layer
from ringfence.sql.terms import Block, Call, Const, Opaque, Term, Var, describe, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ringfence.domain.node import Config
    from ringfence.readers.static.package import Package

_MAX_DEPTH = 20
FIELDS = ("refs", "sources", "macros")
_MAX_FOLLOWED = 5_000  # macros that one file reaches: macros that call others twice double with every level

# Packages of which it is known that they hold no models and that no macro of theirs calls ref() or config() by a fixed
# name: calling one that is not installed hides nothing.
INERT_PACKAGES = frozenset(
    {
        "dbt",
        "dbt_utils",
        "dbt_expectations",
        "dbt_date",
        "dbt_profiler",
        "audit_helper",
        "codegen",
        "metrics",
        "ringfence",
        "spark_utils",
    }
)


# What a dotted call may start with in dbt's Jinja context without meaning a package.
# Source: https://docs.getdbt.com/reference/dbt-jinja-functions
_CONTEXT = frozenset(
    {
        *(
            "adapter",
            "api",
            "builtins",
            "caller",
            "column",
            "config",
            "context",
            "dbt",
            "dbt_metadata_envs",
            "dbt_version",
            "exceptions",
        ),
        *(
            "execute",
            "flags",
            "graph",
            "invocation_id",
            "local_md5",
            "loop",
            "model",
            "modules",
            "namespace",
            "project_name",
            "ref",
            "return",
            "run_started_at",
        ),
        *(
            "run_query",
            "schema",
            "schemas",
            "selected_resources",
            "self",
            "set",
            "source",
            "target",
            "this",
            "thread_id",
            "validation",
        ),
        *("var", "varargs", "kwargs", "zip"),
    }
)


class Effects:
    """Collected in the order dbt would meet them. `names` is everything named at all, whatever the condition."""

    def __init__(self) -> None:
        self.layers: list[Layer] = []
        self.refs: dict[Ref, Place] = {}
        self.sources: dict[SourceRef, Place] = {}
        self.macros: set[str] = set()
        self.names: set[str] = set()
        self.hidden: dict[str, Unknown] = {}

    def hide(self, field: str, reason: str, place: Place) -> None:
        """Note that `field` (refs, sources, macros) holds more than can be seen."""
        self.hidden.setdefault(field, Unknown(reason, place))

    def hide_a_source(self, reason: str, place: Place) -> None:
        """Note that some source is read whose name cannot be seen."""
        self.hide("sources", reason, place)
        self.names.add(ANY_SOURCE)

    def add(self, other: Effects) -> None:
        """Take over what another text reads and calls; its settings stay its own."""
        for ref, place in other.refs.items():
            self.refs.setdefault(ref, place)
        for source, place in other.sources.items():
            self.sources.setdefault(source, place)
        self.macros |= other.macros
        self.names |= other.names
        for field, hidden in other.hidden.items():
            self.hidden.setdefault(field, hidden)

    def fact(self, field: str) -> Fact[frozenset[object]]:
        """Return refs, sources or macros as a fact."""
        hidden = self.hidden.get(field)
        return Known(frozenset(getattr(self, field)), None, "static") if hidden is None else hidden


class Scope(NamedTuple):
    """Where calls are looked up: the package of the file, the root project, all packages, the adapter, `var()`."""

    package: str
    root: str
    packages: Mapping[str, Package]
    missing: frozenset[str]
    adapter: str | None
    variables: Callable[[Var], Term]

    def macro(self, name: str, package: str) -> tuple[str, Block, str] | None:
        """Return (package, block, path) of the macro that `name` means in a file of `package`, or None."""
        owner, _, plain = name.rpartition(".")
        for candidate in [owner] if owner else [package, self.root]:
            held = self.packages.get(candidate)
            found = held.macro(plain) if held is not None else None
            if found is not None:
                return candidate, found[1], found[0]
        return None

    def dispatched(self, namespace: str, name: str, package: str) -> tuple[str, Block, str] | None:
        """Return the implementation that adapter.dispatch chooses: the root project's first, then the namespace's.

        Without a known adapter it is the default one.
        """
        for candidate in (self.root, namespace or package):
            for prefix in ([self.adapter] if self.adapter else []) + ["default"]:
                found = self.macro(f"{candidate}.{prefix}__{name}", package)
                if found is not None:
                    return found
        return None


def effects_of(block: Block, path: str, scope: Scope, local: Mapping[str, Block]) -> Effects:
    """Return the effects of a file's body. `local` are the macros that the file itself defines."""
    effects = Effects()
    _Follower(scope, effects, local).follow(block, path, scope.package, {}, None, ())
    return effects


def follow_hooks(effects: Effects, config: Config, path: str, scope: Scope) -> None:
    """Add what the hooks of a finished configuration read and call: dbt renders them last, wherever they stand."""
    for key in sorted(set(HOOKS).intersection(config.keys())):
        fact = config.get(key)
        place = fact.place or Place(path)
        if isinstance(fact, Unknown):
            for field in FIELDS:
                effects.hide(field, f"{key}: {fact.reason}", place)
            continue
        for text in hook_texts(fact.value):
            if "{{" in text or "{%" in text:
                effects.add(effects_of_text(text, place, scope))


def hook_texts(value: Value) -> list[str]:
    """Return the texts of a hook: one, a list of them, or mappings that hold one under `sql`."""
    hooks = value if isinstance(value, list) else [value]
    texts = [hook.get("sql") if isinstance(hook, dict) else hook for hook in hooks]
    return [text for text in texts if isinstance(text, str)]


def effects_of_text(text: str, place: Place, scope: Scope) -> Effects:
    """Return the effects of a template that stands inside another file, at one place of it."""
    from ringfence.sql import template

    effects = Effects()
    for block in template.read(text).blocks[:1]:
        calls = tuple(call._replace(line=place.line, column=place.column) for call in block.calls)
        effects.add(effects_of(block._replace(calls=calls), place.path, scope, {}))
    return effects


class _Follower:
    def __init__(self, scope: Scope, effects: Effects, local: Mapping[str, Block]) -> None:
        self.scope, self.effects, self.local = scope, effects, local
        self._followed = 0

    def follow(
        self,
        block: Block,
        path: str,
        package: str,
        params: Mapping[str, Term],
        doubt: str | None,
        stack: tuple[Block, ...],
    ) -> None:
        """Take every call of `block`; `doubt` is the condition above that nobody can decide."""
        for call in block.calls:
            guard = evaluate(call.guard, params, self.scope.variables)
            place = Place(path, call.line, call.column, call.line, call.column + len(call.name))
            if isinstance(guard, Const):
                if not guard.value:
                    self._mention(call, params)
                    continue
                condition = doubt
            else:
                condition = doubt or describe(guard)
            self._take(call, place, package, params, condition, stack)

    def _take(
        self,
        call: Call,
        place: Place,
        package: str,
        params: Mapping[str, Term],
        doubt: str | None,
        stack: tuple[Block, ...],
    ) -> None:
        if call.caller_of and not self._asked_for(call.caller_of, package):
            self._mention(call, params)
            return
        target = self._target(call.name, package)
        call = call._replace(name=call.name.removeprefix("builtins."))
        if target is not None:
            self._macro(call, target, place, params, doubt, stack)
        elif call.name == "ref":
            self._ref(call, place, params, doubt)
        elif call.name == "source":
            self._source(call, place, params, doubt)
        elif call.name == "config":
            self.effects.layers.append(self._layer(call, place, params, doubt))
        elif "." in call.name:
            self._unseen(call.name, place, doubt, stack)

    def _target(self, name: str, package: str) -> tuple[str, Block, str] | None:
        if name.startswith("adapter.dispatch:"):
            _, namespace, macro = name.split(":", 2)
            return self.scope.dispatched(namespace, macro, package)
        if name in self.local or name.startswith("builtins."):
            return None  # dbt does not see refs and settings inside a macro that the model itself defines
        return self.scope.macro(name, package)

    def _asked_for(self, macro: str, package: str) -> bool:
        """Return whether a macro runs the `{% call %}` block that it is given; a macro nobody sees is taken to."""
        target = self._target(macro, package)
        if target is None:
            return True
        decided = [evaluate(call.guard, {}, self.scope.variables) for call in target[1].calls if call.name == "caller"]
        return any(not isinstance(guard, Const) or bool(guard.value) for guard in decided)

    def _macro(
        self,
        call: Call,
        target: tuple[str, Block, str],
        place: Place,
        params: Mapping[str, Term],
        doubt: str | None,
        stack: tuple[Block, ...],
    ) -> None:
        owner, block, path = target
        self.effects.names.add(block.name)
        if not stack and not call.caller_of:
            if doubt is None:
                self.effects.macros.add(f"macro.{owner}.{block.name}")
            else:
                self.effects.hide("macros", f"{block.name}() under the condition {doubt}", place)
        if block in stack:
            return
        if len(stack) >= _MAX_DEPTH:
            self._lost(f"macros that call each other {_MAX_DEPTH} deep", place)
            return
        self._followed += 1
        if self._followed > _MAX_FOLLOWED:
            if self._followed == _MAX_FOLLOWED + 1:
                self._lost(f"more than {_MAX_FOLLOWED:,} calls of macros", place)
            return
        bound = _bind(block, call, params, self.scope.variables)
        self.follow(block, path, owner, bound, doubt, (*stack, block))

    def _unseen(self, name: str, place: Place, doubt: str | None, stack: tuple[Block, ...]) -> None:
        owner, _, macro = name.rpartition(".")
        if owner in self.scope.packages or owner.split(".", 1)[0] in _CONTEXT:
            return
        # a package installed from git may be called otherwise than its address says
        if owner not in self.scope.missing and not self.scope.missing - INERT_PACKAGES:
            return
        if not stack:
            if doubt is None:
                self.effects.macros.add(f"macro.{name}")
            else:
                self.effects.hide("macros", f"{name}() under the condition {doubt}", place)
        self.effects.names.add(macro)
        if owner not in INERT_PACKAGES:
            self._lost(f"{name}() is in a package that is not installed: run dbt deps", place)

    def _lost(self, reason: str, place: Place) -> None:
        """Note that from here on anything may have been read or set."""
        self.effects.hide("refs", reason, place)
        self.effects.hide_a_source(reason, place)
        self.effects.layers.append(Layer({}, Unknown(reason, place)))

    def _ref(self, call: Call, place: Place, params: Mapping[str, Term], doubt: str | None) -> None:
        terms = [evaluate(arg, params, self.scope.variables) for arg in call.args]
        keywords = {key: evaluate(term, params, self.scope.variables) for key, term in call.keywords}
        version = keywords.get("version", keywords.get("v"))
        hidden = next((term for term in [*terms, version] if isinstance(term, Opaque)), None)
        if hidden is not None or call.open_keywords or not 1 <= len(terms) <= 2:
            self.effects.hide(
                "refs", f"ref() of {hidden.text if isinstance(hidden, Opaque) else 'hidden arguments'}", place
            )
            return
        texts = [str(term.value) for term in terms if isinstance(term, Const)]
        pinned = (
            None if version is None or not isinstance(version, Const) or version.value is None else str(version.value)
        )
        ref = Ref(texts[0] if len(texts) == 2 else None, texts[-1], pinned)
        self.effects.names.add(ref.name)
        if doubt is not None:
            self.effects.hide("refs", f"ref('{ref.name}') under the condition {doubt}", place)
        self.effects.refs.setdefault(ref, place)

    def _source(self, call: Call, place: Place, params: Mapping[str, Term], doubt: str | None) -> None:
        given = [*call.args, *(term for key, term in call.keywords if key in ("source_name", "table_name"))]
        terms = [evaluate(arg, params, self.scope.variables) for arg in given]
        hidden = next((term for term in terms if isinstance(term, Opaque)), None)
        if hidden is not None or len(terms) != 2 or call.open_keywords:
            reason = hidden.text if isinstance(hidden, Opaque) else "hidden arguments"
            self.effects.hide_a_source(f"source() of {reason}", place)
            return
        source, table = [str(term.value) for term in terms if isinstance(term, Const)]
        self.effects.names.add(f"{source}.{table}")
        if doubt is not None:
            self.effects.hide("sources", f"source('{source}', '{table}') under the condition {doubt}", place)
        self.effects.sources.setdefault(SourceRef(source, table), place)

    def _layer(self, call: Call, place: Place, params: Mapping[str, Term], doubt: str | None) -> Layer:
        terms = {key: evaluate(term, params, self.scope.variables) for key, term in call.keywords}
        rest = Unknown(f"config({call.open_keywords})", place) if call.open_keywords else None
        for arg in call.args:
            given = evaluate(arg, params, self.scope.variables)
            if isinstance(given, Const) and isinstance(given.value, dict):
                terms.update((str(key), Const(value)) for key, value in given.value.items())
            else:
                rest = Unknown(f"config({describe(given)})", place)
        values: dict[str, Fact[Value]] = {}
        for key, term in terms.items():
            if doubt is not None:
                values[key] = Unknown(f"config({key}=...) under the condition {doubt}", place, describe(term))
            elif isinstance(term, Const):
                values[key] = Known(term.value, place, "static")
            else:
                values[key] = Unknown(describe(term), place, describe(term))
        return Layer(values, rest)

    def _mention(self, call: Call, params: Mapping[str, Term]) -> None:
        """Remember the names in a branch that dbt does not take while it parses."""
        if call.name == "ref" and call.args:
            term = evaluate(call.args[-1], params, self.scope.variables)
            if isinstance(term, Const):
                self.effects.names.add(str(term.value))
        elif call.name == "source":
            given = [*call.args, *(term for key, term in call.keywords if key in ("source_name", "table_name"))]
            terms = [evaluate(arg, params, self.scope.variables) for arg in given]
            names = [str(term.value) for term in terms if isinstance(term, Const)]
            self.effects.names.add(".".join(names) if len(names) == len(terms) == 2 else ANY_SOURCE)
        elif call.name != "config":
            self.effects.names.add(call.name.rpartition(".")[2])


def _bind(block: Block, call: Call, params: Mapping[str, Term], variables: Callable[[Var], Term]) -> dict[str, Term]:
    """Return the macro's parameters bound to the call's arguments; what `*` or `**` hides stays opaque."""
    bound: dict[str, Term] = {}
    given = dict(call.keywords)
    for position, (name, default) in enumerate(block.params):
        if position < len(call.args):
            term: Term = call.args[position]
        elif name in given:
            term = given[name]
        elif call.open_keywords:
            term = Opaque(f"the argument {name} from {call.open_keywords}")
        else:
            term = Const(None) if default is None else default
        bound[name] = evaluate(term, params, variables)
    return bound
