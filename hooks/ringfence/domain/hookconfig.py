"""The hooks that judge locks, in the configuration of pre-commit or prek, and what keeps them from it.

pre-commit reads one file (https://pre-commit.com/#pre-commit-configyaml---top-level), prek the first of three
(https://prek.j178.dev/configuration/). A hook that always runs ignores whatever selects files.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Scalar, Sequence, mappings_of, plain, text_of
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place
from ringfence.domain.rule import HOOKS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Map

    from ringfence.domain.document import Item

PRE_COMMIT = ".pre-commit-config.yaml"
PREK = ("prek.toml", PRE_COMMIT, ".pre-commit-config.yml")
_FAMILY = "RF1"
_STAGES = ("pre-commit", "pre-merge-commit", "pre-push", "manual")
_OLD_STAGES = {"commit": "pre-commit", "merge-commit": "pre-merge-commit", "push": "pre-push"}
_BY_HAND = "manual"
_HERE = ("local", "meta", "builtin")
# What may stand before our program's name; anything else, such as echo, may run something of its own.
_RUNNERS = r"(uvx|uv|pipx|poetry|pdm|hatch|rye|python[0-9.]*|env)"
_CALL = r"(?:.*/)?ringfence"
# Words of ours that print otherwise or edit, and let no finding go; those of the first kind take a value.
_PRINTING = ("--format", "--output")
_HARMLESS = ("--statistics", "--fix", "--unsafe-fixes")
_LOOKING = ("fail", "pygrep")  # languages that run nothing
_SELECTING = ("files", "exclude", "types", "types_or", "exclude_types")


class Weakened(NamedTuple):
    """What a change of the configuration does to the hooks that judge locks: what it says, old, new, where."""

    what: str
    old: str
    new: str
    place: Place


class LockHook(NamedTuple):
    """A hook that judges locks: where it comes from, when it runs, and the words that are run."""

    id: str
    source: str
    stages: frozenset[str]
    before: tuple[str, ...]
    words: tuple[str, ...]
    always: bool
    names: bool
    language: str
    selecting: str
    place: Place


def weakened(before: Map[str, Item | None], after: Map[str, Item | None]) -> Iterator[Weakened]:
    """Yield what keeps a hook from judging locks that did: files by path, None for one that cannot be read."""
    old = next((hooks for _, hooks in _read(before) if hooks), [])
    if not old:
        return
    files = list(_read(after))
    for path, hooks in files:
        yield from _lost(old, hooks, path, after[path])
    if not files:
        path = old[0].place.path
        yield Weakened(f"{path} is gone, and with it the hook {old[0].id}", old[0].id, "no hook", Place(path))


def _read(files: Map[str, Item | None]) -> Iterator[tuple[str, list[LockHook]]]:
    """Yield the files that a runner reads, with the hooks of ours in them: pre-commit's, and prek's choice."""
    chosen = (PRE_COMMIT if PRE_COMMIT in files else None, next((path for path in PREK if path in files), None))
    for path in dict.fromkeys(filter(None, chosen)):
        yield path, list(_hooks(files[path]))


def _hooks(root: Item | None) -> Iterator[LockHook]:
    if not isinstance(root, Mapping):
        return
    ci = root.get("ci")
    skipped = _texts(ci.get("skip") if isinstance(ci, Mapping) else None)
    for repo in mappings_of(root.get("repos")):
        for hook in mappings_of(repo.get("hooks")):
            found = _hook(repo, hook, root)
            if found is not None and found.id not in skipped:
                yield found


def _hook(repo: Mapping, hook: Mapping, root: Mapping) -> LockHook | None:
    source, name = text_of(repo.get("repo")) or "", text_of(hook.get("id")) or ""
    ours = next((one for one in HOOKS if one.id == name and source not in _HERE), None)
    entry = text_of(hook.get("entry"))
    if entry is None and ours is not None:
        entry = " ".join(("ringfence check", *(f"--rule {rule}" for rule in ours.rules)))
    before, words = _call([*_split(entry or ""), *_texts(hook.get("args"))])
    if not _judges_locks(words):
        return None
    always = plain(hook.get("always_run"))
    said = hook.get("stages") or (None if ours is not None else root.get("default_stages"))
    stages = frozenset(_OLD_STAGES.get(stage, stage) for stage in _texts(said)) or frozenset(_STAGES)
    names = plain(hook.get("pass_filenames"))
    selecting = [(key, plain(level.get(key))) for level in (hook, root) for key in _SELECTING if level.get(key)]
    return LockHook(
        name,
        source,
        stages - {_BY_HAND},
        before,
        words,
        always if isinstance(always, bool) else ours is not None,
        names if isinstance(names, bool) else ours is None,
        text_of(hook.get("language")) or "",
        repr(selecting),
        hook.place,
    )


def _lost(old: list[LockHook], now: list[LockHook], path: str, root: Item | None) -> Iterator[Weakened]:
    top = root.place if root is not None else Place(path)
    first = old[0]
    if not now:
        skipped = isinstance(root, Mapping) and isinstance(root.get("ci"), Mapping)
        told = f"{path} runs no hook that judges locks, as {first.id} did" + (
            " (look at ci.skip too)" if skipped else ""
        )
        yield Weakened(told, first.id, "no hook", Place(path, top.line, top.column))
        return
    stages = {stage for hook in old for stage in hook.stages} - {stage for hook in now for stage in hook.stages}
    if stages:
        told = ", ".join(stage for stage in _STAGES if stage in stages)
        yield Weakened(f"{path} runs {now[0].id} no longer at {told}", told, "not run", now[0].place)
    for hook in now:
        was = next((one for one in old if one.id == hook.id), first)
        for what, before, after in _weaker(was, hook):
            yield Weakened(f"{path}: hook {hook.id} {what}", before, after, hook.place)


def _weaker(old: LockHook, new: LockHook) -> Iterator[tuple[str, str, str]]:
    if old.source != new.source and not {old.source, new.source}.intersection(_HERE):
        yield "comes from another repository", old.source, new.source
    if old.always and not new.always:
        yield "does not always run, so that a deleted file passes it", "always_run: true", "always_run: false"
    elif not new.always and old.selecting != new.selecting:
        yield "runs for other files than before", old.selecting, new.selecting
    if new.names and not old.names:
        yield "reports only on the files that it is given", "pass_filenames: false", "pass_filenames: true"
    alike = old.source in _HERE or new.source not in _HERE
    if new.language and new.language != old.language and (alike or new.language in _LOOKING):
        yield "is run in another way", f"language: {old.language or 'its own'}", f"language: {new.language}"
    runner = new.before[0] if new.before else ""
    if new.before != old.before and runner and re.fullmatch(_RUNNERS, runner.rpartition("/")[2]) is None:
        yield "starts another program", " ".join(old.before) or "ringfence", runner
    extra = _extra(old.words, new.words)
    if extra:
        yield f"is given {' '.join(extra)}", " ".join(old.words), " ".join(new.words)


def _extra(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """Return the words that are new and may let findings go."""
    found, given = [], iter(new[2:] if new[:1] == ("lock",) else new[1:])
    for word in given:
        flag, _, value = word.partition("=")
        if flag in _PRINTING or flag == "--rule":  # which rules are meant is looked at where hooks are told apart
            if not value:
                next(given, None)
        elif word not in old and word not in _HARMLESS:
            found.append(word)
    return found


def _call(words: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words before our program, and from its command on; no words where it is not called."""
    for position, word in enumerate(words):
        command = words[position + 1 : position + 3]
        if re.fullmatch(_CALL, word) and (command[:1] == ["check"] or command == ["lock", "verify"]):
            return tuple(words[:position]), tuple(words[position + 1 :])
    return (), ()


def _judges_locks(words: tuple[str, ...]) -> bool:
    if words[:1] == ("lock",):
        return True
    named = [words[at + 1] for at, word in enumerate(words[:-1]) if word == "--rule"]
    named += [word.partition("=")[2] for word in words if word.startswith("--rule=")]
    return words[:1] == ("check",) and (not named or _FAMILY in (name.upper() for name in named))


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # an open quote: pre-commit cannot run it either
        return []


def _texts(item: Item | None) -> list[str]:
    if isinstance(item, Sequence):
        return [one.text for one in item.items if isinstance(one, Scalar)]
    return []
