"""What a team asks of locks, judged over a change: the head may only tighten what the base asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from ringfence.domain.finding import SEVERITIES
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.selection import Selection
from ringfence.domain.settings import CHANGE_CLASSES, RuleSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ringfence.domain.settings import LockSettings, Settings

# A lock file that nobody can read is judged by this rule, beside those of locks.
_UNREADABLE = "unreadable-file"
_STRENGTH = ("off", *SEVERITIES)
_NONE = "(none)"
_T = TypeVar("_T")


class Loosened(NamedTuple):
    """A key of the settings that asks for less than it did; `old` and `new` as a person writes them."""

    key: str
    old: str
    new: str


def tightened(base: Settings, head: Settings, severities: Mapping[str, str]) -> Settings:
    """Return what counts for locks in a change: the head's settings, made as strict as the base's.

    `severities` are what the rules about locks say by themselves, by name. Settings that loosen nothing are returned as
    they are.
    """
    rules = dict(head.rules)
    for name, own in severities.items():
        before, after = base.rules.get(name, RuleSettings()), head.rules.get(name, RuleSettings())
        if _strength(before, own) > _strength(after, own):
            rules[name] = after._replace(severity=before.severity, on=before.on)
        for key, one, _ in _selections(name, before, after):
            given = rules.get(name, after)
            rules[name] = given._replace(select=one) if key == "select" else given._replace(exclude=one)
    lock = _tightened(base.lock, head.lock)
    return head if rules == head.rules and lock == head.lock else head._replace(rules=rules, lock=lock)


def _tightened(base: LockSettings, head: LockSettings) -> LockSettings:
    another = base.reason_pattern is not None and base.reason_pattern != head.reason_pattern
    return head._replace(
        tags=_union(head.tags, base.tags),
        require=_union(head.require, base.require),
        guard=base.guard if base.guard == "logic" else head.guard,
        logic=_either(base.logic, head.logic),
        prior=tuple(name for name in CHANGE_CLASSES if name in (*base.prior, *head.prior)),
        freeze=_union(head.freeze, base.freeze),
        approvers=_approvers(base, head),
        emergency_days=min(base.emergency_days, head.emergency_days),
        patterns=(base.reason_pattern,) if another and base.reason_pattern is not None else (),
    )


def loosened(base: Settings, head: Settings, severities: Mapping[str, str], today: str) -> Iterator[Loosened]:
    """Yield what the head asks for less than the base; a freeze that is over before `today` may go."""
    if base.branch is not None and base.branch != head.branch:
        yield Loosened("base.branch", base.branch, head.branch or _NONE)
    old, new = base.lock, head.lock
    yield from _fewer("lock.tags", old.tags, new.tags)
    yield from _fewer("lock.require", old.require, new.require)
    yield from _fewer("lock.approval", _prior(old), _prior(new))
    yield from _guards(old, new)
    if old.reason_pattern is not None and old.reason_pattern != new.reason_pattern:
        yield Loosened("lock.reason_pattern", old.reason_pattern, new.reason_pattern or _NONE)
    for first, last in old.freeze:
        if last >= today and not any(start <= max(first, today) and last <= end for start, end in new.freeze):
            yield Loosened("lock.freeze", f"{first}..{last}", _NONE)
    kept = dict(new.approvers)
    for name, owners in old.approvers:
        yield from _fewer(f"lock.approvers.{name}", owners, kept.get(name, ()))
    if new.emergency_days > old.emergency_days:
        yield Loosened("lock.emergency_days", str(old.emergency_days), str(new.emergency_days))
    yield from _rules(base, head, severities)


def _fewer(key: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[Loosened]:
    if {*old} - {*new}:
        yield Loosened(key, ", ".join(old), ", ".join(new) or _NONE)


def _prior(lock: LockSettings) -> tuple[str, ...]:
    return tuple(f"{name}: prior" for name in lock.prior)


def _guards(old: LockSettings, new: LockSettings) -> Iterator[Loosened]:
    if new.guard == "logic" or (new.logic is not None and not new.logic.alternatives):
        return
    if old.guard == "logic":
        yield Loosened("lock.guard", "logic", "interface")
    elif old.logic is not None:
        left = () if new.logic is None else new.logic.alternatives
        if not old.logic.alternatives or {*old.logic.alternatives} - {*left}:
            yield Loosened("lock.guard.logic", _said(old.logic), _said(new.logic))


def _rules(base: Settings, head: Settings, severities: Mapping[str, str]) -> Iterator[Loosened]:
    for name, own in severities.items():
        before, after = base.rules.get(name, RuleSettings()), head.rules.get(name, RuleSettings())
        if _strength(before, own) > _strength(after, own):
            yield Loosened(f"rules.{name}.severity", before.severity or own, after.severity or own)
        for key, one, other in _selections(name, before, after):
            yield Loosened(f"rules.{name}.{key}", _said(one), _said(other))


def _selections(
    name: str, before: RuleSettings, after: RuleSettings
) -> Iterator[tuple[str, Selection | None, Selection | None]]:
    """Yield what the head selects away of files that nobody can read: key, base's value, head's value."""
    both = (("select", before.select, after.select), ("exclude", before.exclude, after.exclude))
    return (one for one in both if name == _UNREADABLE and one[2] is not None and one[1] != one[2])


def _strength(chosen: RuleSettings, own: str) -> int:
    return _STRENGTH.index(chosen.severity or own)


def _union(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return (*first, *(one for one in second if one not in first))


def _either(first: Selection | None, second: Selection | None) -> Selection | None:
    if first is None or second is None:
        return second if first is None else first
    if not first.alternatives or not second.alternatives:
        return Selection(())
    return Selection(_union(second.alternatives, first.alternatives))


def _approvers(base: LockSettings, head: LockSettings) -> tuple[tuple[str, tuple[str, ...]], ...]:
    before, after = dict(base.approvers), dict(head.approvers)
    both = ((name, _union(after.get(name, ()), before.get(name, ()))) for name in CHANGE_CLASSES)
    return tuple((name, owners) for name, owners in both if owners)


def _said(selection: Selection | None) -> str:
    if selection is None:
        return _NONE
    return " ".join(",".join(f"{one.method}:{one.value}" for one in group) for group in selection.alternatives)
