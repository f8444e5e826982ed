"""ringfence.yml: one schema from which both the check of a file and the published JSON Schema come."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Item, Mapping, Scalar, Sequence, plain
from ringfence.domain.errors import RingfenceError
from ringfence.domain.finding import SEVERITIES
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean
from ringfence.domain.selection import Selection, parse_selection

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Map

# How much a change of a locked model weighs, mildest first.
CHANGE_CLASSES = ("non-breaking", "breaking", "critical")
_DAY = r"\d{4}-\d\d-\d\d"
MANIFEST = ("required", "optional", "ignored")
_STRINGS = {"type": "array", "items": {"type": "string"}}
_SELECTOR = {
    "description": "dbt-style selector: space for or, comma for and",
    "type": ["string", "array"],
    "items": {"type": "string"},
}
_RULE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "severity": {
            "description": "what a finding counts as; on: as the rule says itself; off: the rule does not run",
            "enum": [*SEVERITIES, "on", "off"],
        },
        "select": {**_SELECTOR, "description": "which nodes the rule judges, instead of its own choice"},
        "exclude": {**_SELECTOR, "description": "which nodes the rule leaves out"},
    },
}
# Rule -> what it alone can be told; its check takes it by these names.
_OPTIONS: dict[str, dict[str, Any]] = {
    "description-placeholder": {
        "min_length": {
            "description": "how many characters a description has at least (default: any number)",
            "type": "integer",
            "minimum": 1,
        }
    },
    "flag-expiring": {
        "days": {
            "description": "how many days before its last a flag is told of (default: 14)",
            "type": "integer",
            "minimum": 1,
        }
    },
    "flag-stale": {
        "on_days": {
            "description": "how many days after it was created a flag may be on everywhere (default: 30)",
            "type": "integer",
            "minimum": 1,
        },
        "off_days": {
            "description": "how many days after it was created a flag may be off everywhere (default: 90)",
            "type": "integer",
            "minimum": 1,
        },
    },
}
_PROJECT: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["path"],
    "properties": {
        "path": {"description": "folder of the dbt_project.yml, from the folder of this file", "type": "string"},
        "adapter": {"description": "adapter type: duckdb, postgres, snowflake ...", "type": "string"},
    },
}
_APPROVAL = {"type": "string", "pattern": "^(same-change|prior)$"}
_LOCK: dict[str, Any] = {
    "description": "which models are locked, and how they are unlocked",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "tags": {**_STRINGS, "description": "a model with one of these tags is locked"},
        "require": {**_STRINGS, "description": "a model with one of these tags should be locked"},
        "guard": {
            "description": "what a lock holds fast: interface, or logic as well; logic: a selector of models",
            "type": ["string", "object"],
            "pattern": "^(interface|logic)$",
            "additionalProperties": False,
            "properties": {"logic": {**_SELECTOR, "description": "models whose logic is held fast as well"}},
        },
        "approval": {
            "description": "what makes a change of a lock good: its record in the same change, or a permit merged "
            "before; one word, or one per class of change",
            "type": ["string", "object"],
            "pattern": "^(same-change|prior)$",
            "additionalProperties": False,
            "properties": dict.fromkeys(CHANGE_CLASSES, _APPROVAL),
        },
        "reason_pattern": {"description": "regular expression that every reason must match", "type": "string"},
        "freeze": {
            "description": "days on which no lock changes: 2026-12-20..2027-01-03, or one day",
            "type": "array",
            "items": {"type": "string", "pattern": rf"^{_DAY}(\.\.{_DAY})?$"},
        },
        "approvers": {
            "description": "class of change -> owners whom CODEOWNERS must name for the lock files of such changes",
            "type": "object",
            "additionalProperties": False,
            "properties": dict.fromkeys(CHANGE_CLASSES, _STRINGS),
        },
        "emergency_days": {
            "description": "how long an emergency unlock may stand before it is settled (default: 3)",
            "type": "integer",
            "minimum": 1,
        },
    },
}
_BASE: dict[str, Any] = {
    "description": "what a change is compared with",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "branch": {"description": "the branch that changes are merged into", "type": "string"},
        "manifest": {
            "description": "a manifest.json of the base, from the project's folder (default: in the folder of "
            "DBT_STATE): with one of the head it shows which changes of SQL change nothing",
            "type": "string",
        },
    },
}
_LAYERS: dict[str, Any] = {
    "description": "layers of this repository's own Python packages (rule import-layers)",
    "type": "array",
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["package", "order"],
        "properties": {
            "package": {"description": "the package's import name", "type": "string"},
            "root": {"description": "the folder that holds the package, from this file's folder", "type": "string"},
            "order": {**_STRINGS, "description": "floors, top first; rooms of one floor separated by |"},
        },
    },
}


def schema(rule_names: Iterable[str]) -> dict[str, Any]:
    """Return the JSON Schema of ringfence.yml, given the names of all rules."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "ringfence.yml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "projects": {"description": "the dbt projects of this repository", "type": "array", "items": _PROJECT},
            "base": _BASE,
            "rules": {
                "description": "severity and selection per rule, by name",
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    name: {**_RULE, "properties": {**_RULE["properties"], **_OPTIONS[name]}}
                    if name in _OPTIONS
                    else _RULE
                    for name in rule_names
                },
            },
            "lock": _LOCK,
            "cache": {
                "description": "what is kept from run to run",
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "folder": {
                        "description": "where, from the repository's root; none: nowhere (default: git's own folder)",
                        "type": "string",
                    }
                },
            },
            "manifest": {
                "description": "whether target/manifest.json is used: required (a missing or stale one is an error), "
                "optional (where the sources leave something undecided), ignored (never opened)",
                "enum": list(MANIFEST),
            },
            "layers": _LAYERS,
        },
    }


class RuleSettings(NamedTuple):
    """What a team says of one rule; None leaves the rule's own choice.

    `on` runs one that is off by itself; `options` are what this rule alone can be told, by name.
    """

    severity: str | None = None
    select: Selection | None = None
    exclude: Selection | None = None
    on: bool = False
    options: tuple[tuple[str, object], ...] = ()

    def runs(self, *, enabled: bool) -> bool:
        """Return whether the rule runs; `enabled` is whether it does by itself."""
        return (enabled or self.on) if self.severity is None else self.severity != "off"


class LockSettings(NamedTuple):
    """Which models are locked or should be, how much of them is held fast, and what makes a change of a lock good.

    `logic` selects models whose logic is guarded as well (the guard `logic` does for all); `prior` are the classes of
    change that need a permit merged before; `freeze` holds first and last days, as dates are written. `patterns` are
    those that a reason must match besides `reason_pattern`: what the base asks for and the head no longer does.
    """

    tags: tuple[str, ...] = ("locked",)
    require: tuple[str, ...] = ("critical",)
    reason_pattern: str | None = None
    guard: str = "interface"
    logic: Selection | None = None
    prior: tuple[str, ...] = ()
    freeze: tuple[tuple[str, str], ...] = ()
    approvers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    emergency_days: int = 3
    patterns: tuple[str, ...] = ()

    def unmatched(self, text: str) -> str | None:
        """Return the first pattern that a reason, with its ticket, does not match; None where it matches all."""
        import re

        wanted = (*filter(None, (self.reason_pattern,)), *self.patterns)
        return next((pattern for pattern in wanted if re.search(pattern, text) is None), None)

    def frozen(self, day: str) -> tuple[str, str] | None:
        """Return the days of the freeze in which a day lies, or None."""
        return next(((first, last) for first, last in self.freeze if first <= day <= last), None)


class LayerSettings(NamedTuple):
    """The layers of one Python package."""

    package: str
    root: str
    order: tuple[str, ...]


class Settings(NamedTuple):
    """A whole ringfence.yml. `projects` are (folder from the repository's root, adapter)."""

    projects: tuple[tuple[str, str | None], ...] = ()
    branch: str | None = None
    rules: Map[str, RuleSettings] = MappingProxyType({})
    lock: LockSettings = LockSettings()
    layers: tuple[LayerSettings, ...] = ()
    cache_folder: str | None = None
    manifest: str = "optional"
    base_manifest: str | None = None


def read_settings(root: Item | None, path: str, rule_names: Iterable[str]) -> Settings:
    """Return the settings of a parsed ringfence.yml. Raises RingfenceError at the first thing that is wrong."""
    if root is None:
        return Settings()
    _validate(root, schema(rule_names), path, "ringfence.yml")
    value: Any = plain(root)
    rules = {name: _rule(given, path) for name, given in (value.get("rules") or {}).items()}
    return Settings(
        projects=tuple((item["path"], item.get("adapter")) for item in value.get("projects") or []),
        branch=(value.get("base") or {}).get("branch"),
        rules=rules,
        lock=_lock(value.get("lock") or {}, path),
        layers=tuple(
            LayerSettings(item["package"], item.get("root", ""), tuple(item["order"]))
            for item in value.get("layers") or []
        ),
        cache_folder=(value.get("cache") or {}).get("folder"),
        manifest=value.get("manifest", "optional"),
        base_manifest=(value.get("base") or {}).get("manifest"),
    )


# What YAML 1.1 makes of the words on and off.
_SWITCHES = {True: "on", False: "off"}


def _rule(given: dict[str, Any], path: str) -> RuleSettings:
    said = given.get("severity")
    severity = _SWITCHES[said] if isinstance(said, bool) else said
    return RuleSettings(
        None if severity == "on" else severity,
        parse_selection(given["select"], path) if "select" in given else None,
        parse_selection(given["exclude"], path) if given.get("exclude") else None,
        severity == "on",
        tuple(sorted((key, value) for key, value in given.items() if key not in _RULE["properties"])),
    )


def _lock(given: dict[str, Any], path: str) -> LockSettings:
    fallback = LockSettings()
    guard, approval = given.get("guard", fallback.guard), given.get("approval", "same-change")
    by_class = approval if isinstance(approval, dict) else dict.fromkeys(CHANGE_CLASSES, approval)
    approvers = given.get("approvers") or {}
    return LockSettings(
        tags=tuple(given.get("tags", fallback.tags)),
        require=tuple(given.get("require", fallback.require)),
        reason_pattern=_pattern(given, path),
        guard=guard if isinstance(guard, str) else fallback.guard,
        logic=parse_selection(guard["logic"], path) if isinstance(guard, dict) and guard.get("logic") else None,
        prior=tuple(name for name in CHANGE_CLASSES if by_class.get(name) == "prior"),
        freeze=tuple(_days(text, path) for text in given.get("freeze") or ()),
        approvers=tuple((name, tuple(approvers[name])) for name in CHANGE_CLASSES if approvers.get(name)),
        emergency_days=given.get("emergency_days", fallback.emergency_days),
    )


def _days(text: str, path: str) -> tuple[str, str]:
    """Return the first and the last day of a range. Raises RingfenceError where there is no such day or range."""
    import datetime

    first, _, last = text.partition("..")
    try:
        days = [datetime.date.fromisoformat(day) for day in (first, last or first)]
    except ValueError as error:
        raise RingfenceError(f"lock.freeze: {text} is no range of days: {error}", where=path) from error
    if days[0] > days[1]:
        raise RingfenceError(f"lock.freeze: {text} ends before it begins", where=path, do=f"write {last}..{first}")
    return days[0].isoformat(), days[1].isoformat()


def _pattern(lock: dict[str, Any], path: str) -> str | None:
    import re

    pattern = lock.get("reason_pattern")
    try:
        re.compile(pattern or "")
    except re.error as error:
        raise RingfenceError(f"lock.reason_pattern is not a regular expression: {error}", where=path) from error
    return pattern


def _validate(item: Item, rules: dict[str, Any], path: str, name: str) -> None:
    if "enum" in rules:
        if not isinstance(item, Scalar) or _said(item) not in rules["enum"]:
            hint = did_you_mean(item.text, rules["enum"]) if isinstance(item, Scalar) else ""
            raise RingfenceError(f"{name} must be one of {', '.join(rules['enum'])}{hint}", where=str(item.place))
        return
    kinds = rules["type"] if isinstance(rules["type"], list) else [rules["type"]]
    if _kind(item) not in kinds:
        raise RingfenceError(f"{name} must be {' or '.join(_WORDS[kind] for kind in kinds)}", where=str(item.place))
    if isinstance(item, Scalar) and "pattern" in rules:
        _match(item, rules["pattern"], name)
    if isinstance(item, Scalar) and isinstance(item.value, int) and item.value < rules["minimum"]:
        raise RingfenceError(f"{name} must be at least {rules['minimum']}", where=str(item.place))
    if isinstance(item, Sequence):
        for position, entry in enumerate(item.items):
            _validate(entry, rules["items"], path, f"{name}[{position}]")
    elif isinstance(item, Mapping):
        _validate_mapping(item, rules, path, name)


def _match(item: Scalar, pattern: str, name: str) -> None:
    import re

    if re.search(pattern, item.text) is None:
        words = pattern.strip("^()$").split("|")
        wanted = f"one of {', '.join(words)}" if len(words) > 1 else "days as 2026-12-20..2027-01-03"
        raise RingfenceError(f"{name} must be {wanted}{did_you_mean(item.text, words)}", where=str(item.place))


def _validate_mapping(item: Mapping, rules: dict[str, Any], path: str, name: str) -> None:
    properties = rules["properties"]
    for first, again in item.repeated():
        raise RingfenceError(
            f"{name} holds {again.text} twice, first at line {first.place.line}", where=str(again.place)
        )
    for key, value in item.entries().values():
        if key.text not in properties:
            raise RingfenceError(
                f"{name} has an unknown key {key.text}{did_you_mean(key.text, properties)}",
                where=str(key.place),
                do=f"use one of {', '.join(sorted(properties)[:12])}",
            )
        if isinstance(value, Scalar) and value.value is None:
            raise RingfenceError(f"{key.text} is empty", where=str(key.place), do="give it a value, or remove the key")
        _validate(value, properties[key.text], path, key.text)
    for required in rules.get("required", ()):
        if item.get(required) is None:
            raise RingfenceError(f"{name} has no {required}", where=str(item.place), do=f"add {required}:")


def _said(item: Scalar) -> object:
    """Return a word as it is written where YAML makes a switch of it; `true` and `yes` are none of ours."""
    return item.text.lower() if isinstance(item.value, bool) else item.value


_WORDS = {"object": "a mapping", "array": "a list", "string": "a text", "integer": "a whole number"}


def _kind(item: Item) -> str:
    if isinstance(item, Mapping):
        return "object"
    if isinstance(item, Sequence):
        return "array"
    if isinstance(item.value, int) and not isinstance(item.value, bool):
        return "integer"
    return "string" if isinstance(item.value, str) else "other"
