"""The hooks of ours that a repository runs, and what in its pre-commit configuration has no effect on them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ringfence.domain.document import Item, Mapping, mappings_of, text_of
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.rule import HOOKS
from ringfence.text import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.tree import Tree
    from ringfence.readers.git import Git

FILE = ".pre-commit-config.yaml"
UMBRELLA = "ringfence"
STAGES = ("pre-commit", "pre-merge-commit", "pre-push")
# Keys that choose files: hooks of ours always run, and find their files themselves.
_WITHOUT_EFFECT = ("exclude", "files", "types", "types_or", "exclude_types")


class Installed(NamedTuple):
    """What the judged tree's configuration names: ids, revisions of ours, and (what is wrong, what to do) each.

    `stages` are those for which git runs hooks at all in this clone.
    """

    file: str | None
    ids: tuple[str, ...]
    revisions: tuple[str, ...]
    stages: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]


def hooks_of(tree: Tree, git: Git) -> Installed:
    """Return the hooks of ours in a tree's .pre-commit-config.yaml."""
    content = tree.read([FILE]).get(FILE)
    stages = tuple(stage for stage in STAGES if _runs(git, stage))
    if content is None:
        return Installed(None, (), (), stages, ())
    document = yaml.parse(content, FILE)
    if document.problems:
        problem = document.problems[0]
        return Installed(FILE, (), (), stages, ((f"{problem.place}: {problem.message}", problem.fix),))
    found = list(_ours(document.root))
    ids = tuple(text_of(hook.get("id")) or "" for _, hook in found)
    revisions = tuple(sorted({text for repo, _ in found if (text := text_of(repo.get("rev")))}))
    return Installed(FILE, ids, revisions, stages, tuple(_wrong(document.root, found)))


def _ours(root: Item | None) -> Iterator[tuple[Mapping, Mapping]]:
    """Yield the hooks of ours with the repository they are taken from."""
    known = {hook.id for hook in HOOKS}
    for repo in mappings_of(root.get("repos") if isinstance(root, Mapping) else None):
        source = text_of(repo.get("repo")) or ""
        for hook in mappings_of(repo.get("hooks")):
            named = UMBRELLA in source or UMBRELLA in (text_of(hook.get("entry")) or "")
            identity = text_of(hook.get("id"))
            if identity == UMBRELLA or (identity in known and named):
                yield repo, hook


def _wrong(root: Item | None, found: list[tuple[Mapping, Mapping]]) -> Iterator[tuple[str, str]]:
    singles = [(text_of(hook.get("id")), hook) for _, hook in found if text_of(hook.get("id")) != UMBRELLA]
    if singles and len(singles) < len(found):
        names = ", ".join(str(name) for name, _ in singles)
        place = singles[0][1].place
        yield f"{place}: the hook {UMBRELLA} runs every rule, and {names} some of them once more", f"remove {names}"
    in_settings = "select and exclude rule by rule in ringfence.yml: rules: {NAME: {exclude: ...}}"
    for _, hook in found:
        for key in _WITHOUT_EFFECT:
            written = hook.key(key)
            if written is not None:
                told = f"{written.place}: {key}: has no effect on the hook {text_of(hook.get('id'))}, which always runs"
                yield told, in_settings
    top = root.key("exclude") if isinstance(root, Mapping) else None
    if top is not None and found:
        yield f"{top.place}: exclude: has no effect on hooks of ringfence, which always run", in_settings


def _runs(git: Git, stage: str) -> bool:
    """Return whether git calls something in this clone at a stage."""
    path = git.ask("rev-parse", "--git-path", f"hooks/{stage}")
    return path is not None and os.access(os.path.join(git.root, path), os.X_OK)
