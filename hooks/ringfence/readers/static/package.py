"""One package's files: what dbt takes each for, what each defines, and the lookups over all of them."""

from __future__ import annotations

import posixpath
import re
from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, Problem, Scalar, mappings_of, text_of
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.place import Place
from ringfence.domain.project import PropertiesEntry, PropertiesFile
from ringfence.readers.static.contents import POINTER, Contents
from ringfence.readers.static.layout import join
from ringfence.readers.static.state import file_of
from ringfence.readers.static.values import fact_of, project_variables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ringfence.domain.flagtext import FlagText
    from ringfence.domain.ignores import Ignore
    from ringfence.domain.tree import Tree
    from ringfence.readers.static.layout import Layout
    from ringfence.readers.static.state import Index
    from ringfence.sql.terms import Block, Facts
    from ringfence.text.seedtypes import Columns

# Key of a properties file -> kind of the entries below it.
ENTRY_KINDS = {
    "models": "model",
    "seeds": "seed",
    "snapshots": "snapshot",
    "sources": "source",
    "macros": "macro",
    "exposures": "exposure",
    "groups": "group",
    "unit_tests": "unit_test",
    "semantic_models": "semantic_model",
    "metrics": "metric",
    "saved_queries": "saved_query",
    "analyses": "analysis",
    "functions": "function",
}

# What dbt takes a file for -> the search path that makes it so, and its extensions. A file may be several things.
_ROLES = {
    "model": ("model-paths", (".sql", ".py")),
    "seed": ("seed-paths", (".csv",)),
    "snapshot": ("snapshot-paths", (".sql",)),
    "test": ("test-paths", (".sql",)),
    "macro": ("macro-paths", (".sql",)),
}
_PROPERTIES = (".yml", ".yaml")
_DOCUMENTS = ".md"

# Macros that nearly every file may call: who looks them up is not remembered; where a project defines one of these
# itself, everything depends on it.
EVERYWHERE = frozenset(
    {"ref", "source", "config", "var", "env_var", "is_incremental", "log", "return", "run_query", "caller"}
)


class File(NamedTuple):
    """A file dbt reads: its path in the tree, and the path below the folder that made it one (for fqn)."""

    path: str
    relative: str

    @property
    def stem(self) -> str:
        """The file's name without its last extension: the name of a model or seed."""
        return posixpath.splitext(posixpath.basename(self.path))[0]

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders below the search path."""
        return tuple(self.relative.split("/")[:-1])


class Package:
    """A dbt project as files: the judged one, or one that it installs. Lookups by name go through the index."""

    def __init__(self, layout: Layout, tree: Tree, contents: Contents, index: Index) -> None:
        self.layout, self.tree, self.contents, self.index = layout, tree, contents, index
        self._files: dict[str, PropertiesFile] = {}
        self._by_name: dict[str, dict[tuple[str, str], list[PropertiesEntry]]] = {}
        self._by_claim: dict[str, dict[tuple[str, str], list[PropertiesEntry]]] = {}
        self._gitignores: dict[str, Callable[[str], bool]] = {}
        self._macros: dict[str, tuple[str, Block] | None] = {}

    @property
    def name(self) -> str:
        """The package's name."""
        return self.layout.name

    def key(self, what: str, name: str) -> str:
        """Return the key under which this package's files define `name`."""
        return f"{self.layout.name}:{what}:{name}"

    def beside(self, layout: Layout, tree: Tree) -> Package:
        """Return another package that is looked up in the same index."""
        return Package(layout, tree, self.contents, self.index)

    # files

    def paths(self) -> list[str]:
        """Return every file that dbt reads for something, in order; the whole tree is listed for it."""
        found = [path for path, entry in self.tree.entries().items() if entry.is_file and self.roles(path)]
        self.contents.expect(self.tree, found)
        return found

    def roles(self, path: str) -> dict[str, File]:
        """Return what dbt takes the file at a path for: role -> file; none for a file it does not read."""
        if path not in self._known_roles:
            self._known_roles[path] = self._roles_of(path) if self._reads(path) else {}
        return self._known_roles[path]

    @cached_property
    def _known_roles(self) -> dict[str, dict[str, File]]:
        return {}

    def _reads(self, path: str) -> bool:
        if path.rpartition("/")[2][:1] in ".#~":
            return False
        if not path.startswith(self._root):
            return path.startswith(self._outside)
        return not path.startswith(self._skipped) and not self._ignored(path[len(self._root) :])

    def _roles_of(self, path: str) -> dict[str, File]:
        lower = path.lower()
        if lower.endswith(_PROPERTIES):
            inside = any(self.layout.under(kind, path) is not None for kind in self.layout.paths)
            return {"properties": File(path, path)} if inside else {}
        if lower.endswith(_DOCUMENTS):
            return {"docs": File(path, path)} if self.layout.documents(path) else {}
        found: dict[str, File] = {}
        for role, (kind, extensions) in _ROLES.items():
            if lower.endswith(extensions) and (relative := self.layout.under(kind, path)) is not None:
                generic = role == "test" and relative.startswith("generic/")
                found["generic" if generic else role] = File(path, relative)
        return found

    @cached_property
    def _root(self) -> str:
        return f"{self.layout.root}/" if self.layout.root else ""

    @cached_property
    def _outside(self) -> tuple[str, ...]:
        """The search paths that lead out of the project's folder, as `../../macros` does."""
        folders = [join(self.layout.root, folder) for paths in self.layout.paths.values() for folder in paths]
        return tuple(sorted({f"{folder}/" for folder in folders if not f"{folder}/".startswith(self._root)}))

    @cached_property
    def _skipped(self) -> tuple[str, ...]:
        folders = (self.layout.install_path, "target", "dbt_packages")
        return tuple(f"{join(self.layout.root, folder)}/" for folder in folders)

    @cached_property
    def _ignored(self) -> Callable[[str], bool]:
        return self._matcher(join(self.layout.root, ".dbtignore"))

    def _matcher(self, path: str) -> Callable[[str], bool]:
        text = self.tree.read([path]).get(path)
        if text is None:
            return lambda _path: False
        from ringfence.readers.static.ignore import matcher

        return matcher(text.decode(errors="replace"))

    # what single files hold

    def facts(self, path: str) -> Facts:
        """Return what a SQL or Python file says alone: of a file of macros that they can be read is enough."""
        facts = self.contents.template(self.tree, path)
        if facts.error is not None and facts.blocks and self.roles(path).keys() <= {"macro", "generic"}:
            return facts._replace(error=None)
        return facts

    def source(self, path: str) -> str:
        """Return the text of a file; who asks depends on all of it."""
        self.index.note(self.key("file", path))
        return self.tree.read([path]).get(path, b"").decode("utf-8", errors="replace")

    def blob(self, path: str) -> str:
        """Return the id of a file's content; who asks depends on all of it."""
        self.index.note(self.key("file", path))
        entry = self.tree.entry(path)
        return "" if entry is None else entry.blob

    def header(self, path: str) -> str | None:
        """Return the first line of a seed, or None where it cannot be had."""
        return self.contents.header(self.tree, path)

    def seed_types(self, path: str, delimiter: str) -> Columns:
        """Return the kinds of a seed's columns; who asks depends on all of its values."""
        self.index.note(self.key("file", path))
        return self.contents.seed_types(self.tree, path, delimiter)

    def docs_in(self, path: str) -> tuple[str, ...] | None:
        """Return the names of the docs blocks of a Markdown file, or None where its content cannot be had."""
        return self.contents.docs(self.tree, path)

    def file(self, path: str) -> PropertiesFile:
        """Return a properties file."""
        if path not in self._files:
            document = self.contents.document(self.tree, path)
            entries = tuple(self._entries(path, document.root))
            self._files[path] = PropertiesFile(path, document.root, entries, document.anchors)
        return self._files[path]

    def snapshots_in(self, path: str) -> list[Block]:
        """Return the `{% snapshot %}` blocks of a file, of two with one name the first."""
        roles = self.roles(path)
        if not ("snapshot" in roles or "model" in roles) or path.lower().endswith(".py"):
            return []
        found: dict[str, Block] = {}
        for block in self.facts(path).blocks:
            if block.kind == "snapshot":
                found.setdefault(block.name, block)
        return list(found.values())

    def macros_in(self, path: str) -> dict[str, Block]:
        """Return the macros and generic tests of a file by the name they are called by (`test_x` for a test)."""
        if not {"macro", "generic"}.intersection(self.roles(path)):
            return {}
        blocks = [block for block in self.facts(path).blocks if block.kind in ("macro", "test")]
        return {block.name if block.kind == "macro" else f"test_{block.name}": block for block in blocks}

    def problems_in(self, path: str) -> list[Problem]:
        """Return what cannot be read in a file."""
        roles = self.roles(path)
        if "properties" in roles:
            return list(self.contents.document(self.tree, path).problems)
        if not roles or set(roles) <= {"seed", "docs"}:
            return []
        error = self.facts(path).error
        if error is None:
            return []
        line, said = error
        return [Problem(f"cannot be parsed: {said}", Place(path, line, 1, line, 1), "correct the template")]

    def ignores_in(self, path: str) -> tuple[Ignore, ...]:
        """Return the ignores that a file holds."""
        roles = self.roles(path)
        if "properties" in roles:
            return self.contents.document(self.tree, path).ignores
        return self.facts(path).ignores if roles.keys() - {"seed", "docs"} else ()

    def flags_in(self, path: str) -> tuple[FlagText, ...]:
        """Return the calls in templates of a properties file that ask for a feature flag."""
        return self.contents.document(self.tree, path).flags

    # lookups over all files

    @property
    def speaks_of_flags(self) -> bool:
        """Whether a file asks for a feature flag or takes the truth of a variable, or dbt_project.yml names flags."""
        return (
            self.layout.asks_for_flags
            or any(name.startswith("ringfence_") for name in self.layout.own_variables)
            or bool(self.index.state.owners("h", self.key("flags", "")))
        )

    def holds(self, what: str, name: str) -> bool:
        """Return whether a file defines it: model, seed (by stem), snapshot, macro."""
        return bool(self.index.paths(self.key(what, name)))

    def materializes(self, name: str) -> bool:
        """Return whether the package has a materialization of its own by this name."""
        # not noted: where one comes or goes, nobody relies on records
        return bool(self.index.state.owners("h", self.key("materialization", name)))

    def macro(self, name: str) -> tuple[str, Block] | None:
        """Return file and block of a macro or generic test, or None; of two the later file counts, test files last."""
        if name not in EVERYWHERE:
            self.index.note(self.key("macro", name))
        if name not in self._macros:
            paths = self.index.state.owners("h", self.key("macro", name))
            found = max((file_of(owner) for owner in paths), key=self._macro_order, default=None)
            self._macros[name] = None if found is None else (found, self.macros_in(found)[name])
        return self._macros[name]

    def _macro_order(self, path: str) -> tuple[bool, str]:
        return "macro" not in self.roles(path), path

    def entries(self, kind: str, name: str) -> list[PropertiesEntry]:
        """Return the entries of one kind and name, in order of their files."""
        paths = self.index.paths(self.key(f"entry:{kind}", name))
        return [entry for path in paths for entry in self._named(path).get((kind, name), ())]

    def declared(self, kind: str, name: str) -> list[PropertiesEntry]:
        """Return the entries that claim this name for themselves, in order of their files."""
        paths = self.index.paths(self.key(f"declared:{kind}", name))
        return [entry for path in paths for entry in self._claims(path).get((kind, name), ())]

    def _named(self, path: str) -> dict[tuple[str, str], list[PropertiesEntry]]:
        if path not in self._by_name:
            self._by_name[path] = _grouped(((entry.kind, entry.name), entry) for entry in self.file(path).entries)
        return self._by_name[path]

    def _claims(self, path: str) -> dict[tuple[str, str], list[PropertiesEntry]]:
        if path not in self._by_claim:
            entries = self.file(path).entries
            claims = ((entry, name) for entry in entries for name in dict.fromkeys(declared_names(entry)))
            self._by_claim[path] = _grouped(((entry.kind, name), entry) for entry, name in claims)
        return self._by_claim[path]

    def suspect(self, *names: str) -> Unknown | None:
        """Return why something of these names may be declared in a file that cannot be read, or None."""
        for path, text in self.unreadable.items():
            if text.encode(errors="replace").startswith(POINTER):
                return Unknown(f"{path} is a Git LFS pointer, and what it stands for may name {names[0]}", Place(path))
            for name in names:
                if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                    return Unknown(f"{path} cannot be read and names {name}", Place(path))
        return None

    def unseen_seed(self, name: str) -> Unknown | None:
        """Return why there may be a seed of this name although the tree holds none, or None: git ignores its file.

        Where seeds are held that git ignores as well, its patterns say nothing.
        """
        paths = [join(self.layout.root, folder, f"{name}.csv") for folder in self.layout.paths["seed-paths"]]
        left_out = next(filter(self._left_out, paths), None)
        if left_out is None:
            return None
        self.index.note("nodes:*")
        if any("seed" in self.roles(path) and self._left_out(path) for path in self.tree.entries()):
            return None
        return Unknown(f"git ignores {left_out}, which may be there all the same")

    def _left_out(self, path: str) -> bool:
        parts = path.split("/")
        return any(
            self._patterns("/".join(parts[:depth]))("/".join(parts[depth:]))
            for depth in range(len(parts))
            if parts[depth] != ".."
        )

    def _patterns(self, folder: str) -> Callable[[str], bool]:
        if folder not in self._gitignores:
            self._gitignores[folder] = self._matcher(join(folder, ".gitignore"))
        return self._gitignores[folder]

    @cached_property
    def unreadable(self) -> dict[str, str]:
        """The text of files that define things by name and cannot be read at all, by path."""
        # not noted: where there is one before or after, nobody relies on records
        paths = [file_of(owner) for owner in self.index.state.owners("h", self.key("unreadable", ""))]
        return {path: content.decode(errors="replace") for path, content in self.tree.read(paths).items()}

    def documented(self) -> tuple[frozenset[str], Unknown | None]:
        """Return the names of all docs blocks, and why there may be others."""
        found: set[str] = set()
        rest = None
        for path in self.index.paths(self.key("docs", "")):
            names = self.docs_in(path)
            if names is None:
                rest = Unknown(f"{path} is a Git LFS pointer, and what it stands for may hold docs blocks", Place(path))
            found.update(names or ())
        return frozenset(found), rest

    def _entries(self, path: str, root: object) -> Iterator[PropertiesEntry]:
        if not isinstance(root, Mapping):
            return
        for key, kind in ENTRY_KINDS.items():
            for body in mappings_of(root.get(key)):
                name = _name(body)
                if name is not None:
                    yield PropertiesEntry(kind, name, self.name, _place(body, path), body)


def declared_names(entry: PropertiesEntry) -> list[str]:
    """Return the names that an entry claims for itself; a source may be spread over files, its tables may not."""
    if entry.kind == "unit_test":
        return [f"{text_of(entry.body.get('model'))}.{entry.name}"]
    if entry.kind != "source":
        return [entry.name]
    overrides = text_of(entry.body.get("overrides"))
    source = entry.name if overrides is None else f"{overrides}.{entry.name}"
    tables = [text_of(table.get("name")) for table in mappings_of(entry.body.get("tables"))]
    return [f"{source}.{table}" for table in tables if table]


def _grouped(
    pairs: Iterable[tuple[tuple[str, str], PropertiesEntry]],
) -> dict[tuple[str, str], list[PropertiesEntry]]:
    found: dict[tuple[str, str], list[PropertiesEntry]] = {}
    for key, entry in pairs:
        found.setdefault(key, []).append(entry)
    return found


def _name(body: Mapping) -> str | None:
    """Return the entry's name, rendered where it is a template that a constant decides."""
    item = body.get("name")
    if item is None or not isinstance(item, Scalar) or "{{" not in item.text:
        return text_of(item)
    fact = fact_of(item, project_variables([]))
    return str(fact.value) if isinstance(fact, Known) else item.text


def _place(body: Mapping, path: str) -> Place:
    name = body.get("name")
    place = name.place if name is not None else body.place
    # a name that a merge brings in stands elsewhere in the file: the entry itself is the better place to point at
    return place if body.place.line <= place.line <= body.place.end_line else body.place._replace(path=path)
