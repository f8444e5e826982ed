"""The edits of tests/edits as they were made: the public commits with their own code, before and after.

python bench/replay_edits.py [--only cosmetic|real] [--show] MIRRORS

For each row the project as it stood before the commit is read, once with the file as it was and once as it became. A
model that the file makes, or one that is made to reach it (a macro, a variable, a seed), is locked with both guards:
what says the same must be silent, what does not must be put down to its cause. Prints n of n.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from edit_history import blobs, git, repositories
from edit_locks import locks, opened, told
from edit_real import settings_changed
from ringfence.domain.errors import RingfenceError
from ringfence.domain.fact import Known
from ringfence.readers.static.project import StaticProject

FACTS = Path(__file__).parent.parent / "tests" / "edits"
_PROBE = "ringfence_probe"
_MOST = 80  # models of one row
INTERFACE = frozenset(
    {"materialized", "database", "schema", "alias", "unique_key", "on_schema_change", "access", "group"}
)


class Row(NamedTuple):
    """An edit of a public project."""

    repository: str
    commit: str
    path: str
    kind: str
    fact: str = ""


class Replay(NamedTuple):
    """A project before and after an edit, the models that are locked, and how a finding names the cause."""

    old: dict[str, str]
    new: dict[str, str]
    path: str
    probes: tuple[str, ...]
    causes: tuple[str, ...]


def rows(name: str) -> list[Row]:
    """Return the rows of a table of edits."""
    lines = (FACTS / name).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    return [Row(*one) for one in cells if re.fullmatch("[0-9a-f]{7,40}", one[1])]


class Repository:
    """One repository, read without a work tree."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def replay(self, row: Row) -> Replay:
        """Return what is replayed of a row. Raises LookupError where it is not at hand."""
        before = self._tree(f"{row.commit}^")
        after = self._tree(row.commit)
        if row.path not in before or row.path not in after:
            raise LookupError("the file is not there")
        root = _root(row.path, before)
        inside = {path.removeprefix(root): blob for path, blob in before.items() if path.startswith(root)}
        path = row.path.removeprefix(root)
        texts = blobs(self._folder, [before[row.path], after[row.path]])
        if len(texts) < 2:
            raise LookupError("its text is not there")
        old, new = texts[before[row.path]], texts[after[row.path]]
        wanted = set(_needed(path, (old, new), inside))
        held = blobs(self._folder, [inside[one] for one in wanted])
        files = {one: held[inside[one]] for one in wanted if inside[one] in held}
        files.setdefault("dbt_project.yml", "name: replayed\n")
        made, causes = _probes(row, path, (old, new), files)
        files.update(made)
        return Replay({**files, path: old}, {**files, path: new}, path, tuple(made), causes)

    def _tree(self, revision: str) -> dict[str, str]:
        found = {}
        for line in git(self._folder, "ls-tree", "-r", revision).splitlines():
            head, _, path = line.partition("\t")
            found[path.strip('"')] = head.split()[2]
        return found


def _root(path: str, tree: Mapping[str, str]) -> str:
    """Return the folder of the dbt project that a file belongs to, with its slash; raises LookupError."""
    parts = path.split("/")
    for count in range(len(parts) - 1, -1, -1):
        folder = "".join(f"{one}/" for one in parts[:count])
        if f"{folder}dbt_project.yml" in tree:
            return folder
    raise LookupError("no dbt_project.yml above it")


def _needed(path: str, texts: tuple[str, str], inside: Mapping[str, str]) -> Iterator[str]:
    """Yield the files that are read: the project file, its macros, the edited file, and what that speaks of."""
    folder = path.rpartition("/")[0]
    names = set(re.findall(r"name:\s*['\"]?(\w+)", "\n".join(texts))) if path.endswith((".yml", ".yaml")) else set()
    models = 0
    for one in sorted(inside):
        stem = one.rpartition("/")[2].rpartition(".")[0]
        beside = one.rpartition("/")[0] == folder and one.endswith((".yml", ".yaml"))
        if one in ("dbt_project.yml", path) or (one.startswith("macros/") and one.endswith(".sql")) or beside:
            yield one
        elif one.endswith(".sql") and models < _MOST and (stem in names or path == "dbt_project.yml"):
            models += one.startswith("models/")
            yield one


def _folder_of(files: Mapping[str, str], key: str, fallback: str) -> str:
    found = re.search(rf"(?m)^{key}:\s*\[?\s*(?:\n\s*-\s*)?['\"]?([\w./-]+)", files["dbt_project.yml"])
    return found[1].removeprefix("./").strip("/") if found else fallback


def _probes(
    row: Row, path: str, texts: tuple[str, str], files: Mapping[str, str]
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return models that reach what was edited, where the file itself is none, and the causes that may be named."""
    project = re.search(r"(?m)^name:\s*['\"]?(\w+)", files["dbt_project.yml"])
    package = project[1] if project else "replayed"
    models = _folder_of(files, "model-paths", _folder_of(files, "source-paths", "models"))
    where = f"{models}/{_PROBE}"
    if path.endswith(".csv"):
        seed = path.rpartition("/")[2].removesuffix(".csv")
        return {f"{where}.sql": f"select * from {{{{ ref('{seed}') }}}}"}, (f"seed {seed} changed",)
    if row.kind == "var":
        name = row.fact.partition(":")[0]
        if any(one[0] == "vars" and len(one) > 2 and one[1] != package for one in settings_changed(*texts)):
            raise LookupError("a variable of another package")
        return {f"{where}.sql": f"select {{{{ var('{name}') }}}}"}, (f"var {name} ",)
    if row.kind in ("config in file", "config in properties", "config in dbt_project.yml"):
        key = row.fact.partition(":")[0].lstrip("+")
        key = {"post_hook": "post-hook", "pre_hook": "pre-hook"}.get(key, key)
        probe = _inheriting(texts, models, package) if row.kind.endswith("dbt_project.yml") else {}
        said = f"changed: {key} was" if key in INTERFACE else f"config {key} c"
        return probe, (said, f"config {key} went", *([": var "] if row.fact.endswith("-> var") else []))
    names = _macros_changed(*texts) if "{% macro" in re.sub(r"\{%-?\s*", "{% ", texts[0]) else []
    if path.startswith("macros/") or (names and not path.startswith(models)):
        made = {f"{where}_{name}.sql": f"select {{{{ {name}() }}}}" for name in names}
        return made, tuple(f"macro {package}.{name} c" for name in names)
    if path == "dbt_project.yml":
        return {f"{where}.sql": "select 1 as one"}, ()
    return {}, ("its own SQL changed",)


def _inheriting(texts: tuple[str, str], models: str, package: str) -> dict[str, str]:
    """Return a model in the folder for which a project file changed a setting."""
    changed = settings_changed(*texts)
    if not changed or changed[0][0] != "models":
        raise LookupError("not a setting of models")
    folders = [one for one in changed[0][1:] if not one.startswith("+")]
    if folders[:1] != [package]:
        raise LookupError("a setting of another package's models")
    return {"/".join([models, *folders[1:], f"{_PROBE}.sql"]): "select 1 as one"}


def _macros_changed(old: str, new: str) -> list[str]:
    """Return the macros of a file, first those of which the text is another."""
    before, after = (dict(_MACRO.findall(text)) for text in (old, new))
    names = [name for name in before if name in after]
    return sorted(names, key=lambda name: before[name] == after[name])[:6]


_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)(.*?)endmacro", re.DOTALL)


def judged(replay: Replay) -> list[str]:
    """Return what the locks say: of the model that the file makes, of those that it speaks of, or of the probes."""
    project, changed = opened(replay.old), opened(replay.new)
    labels = []
    for node in project.nodes("model"):
        entry = node.entry.path if node.entry is not None else ""
        if node.path in replay.probes or replay.path in (node.path, entry):
            labels.append(node.identity.label)
    if replay.path == "dbt_project.yml" and not replay.causes:
        labels = [node.identity.label for node in project.nodes("model")]
    if not labels:
        raise LookupError("no model of it")
    if all(_is_off(project, label) for label in labels):
        raise LookupError("its settings switch the model off")
    found = []
    for guard in ("interface", "logic"):
        held = locks(project, labels[:_MOST], guard)
        before = set(told(held, project))  # what is switched off or undecided without the edit
        found += [f"{guard} {one}" for one in told(held, changed) if one not in before]
    return found


def _is_off(project: StaticProject, label: str) -> bool:
    node = project.node(f"model.{project.name}.{label}")
    return node is None or (isinstance(node.enabled, Known) and not node.enabled.value)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("mirrors", type=Path)
    parser.add_argument("--only", choices=("cosmetic", "real"))
    parser.add_argument(
        "--show", action="store_true", help="print what was said of rows that are not as they should be"
    )
    asked = parser.parse_args(argv)
    at_hand = dict(repositories(asked.mirrors))
    wrong = 0
    for table in ("cosmetic", "real"):
        if asked.only in (None, table):
            wrong += _replayed(table, at_hand, show=asked.show)
    return 1 if wrong else 0


def _replayed(table: str, at_hand: Mapping[str, Path], *, show: bool) -> int:
    good, bad, left = 0, 0, Counter[str]()
    for row in rows(f"real_{'cosmetic' if table == 'cosmetic' else 'changes'}.md"):
        try:
            replay = Repository(at_hand[row.repository]).replay(row)
            messages = judged(replay)
        except KeyError:
            left["the repository is not at hand"] += 1
            continue
        except (LookupError, RingfenceError) as cause:
            left[str(cause).partition("\n")[0]] += 1
            if show:
                print(f"  left: {row.repository} {row.commit} {row.path} {row.kind}: {cause}")
            continue
        fine = not messages if table == "cosmetic" else any(c in m for m in messages for c in replay.causes)
        good, bad = good + fine, bad + (not fine)
        if show and not fine:
            print(f"  {row.repository} {row.commit} {row.path} {row.kind} {row.fact}: {messages[:3]} {replay.causes}")
    print(
        f"{table}: {good} of {good + bad}" + "".join(f"; {count} left out: {why}" for why, count in left.most_common())
    )
    return bad


if __name__ == "__main__":
    raise SystemExit(main())
