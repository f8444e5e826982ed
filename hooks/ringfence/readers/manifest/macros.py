"""The macros of a manifest against those of a tree and of the packages installed beside it, and who reaches them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ringfence.domain.evidence import Difference
from ringfence.domain.finding import Subject
from ringfence.domain.pairs import tests_of
from ringfence.domain.place import Place
from ringfence.readers.manifest.project import resource_sections
from ringfence.readers.manifest.texts import SAME, SPACES, block_of, decoded, same_calls, same_text
from ringfence.readers.static.layout import join

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ringfence.domain.node import Node
    from ringfence.readers.manifest.schema import Macro, Manifest, Resource
    from ringfence.readers.packages import Required
    from ringfence.readers.static.package import Package
    from ringfence.readers.static.project import StaticProject
    from ringfence.sql.terms import Block

_TAGS = {"macro": "macro", "test": "test|data_test"}
_NOT_REACHED = "materialization_"  # run by dbt long after a project has been read
_NAMED = 3


class Macros:
    """Compares macros one by one. Keys are dbt's own: `macro.shop.cents`, `macro.shop.test_positive`."""

    def __init__(self, manifest: Manifest, project: StaticProject, builtin: frozenset[str]) -> None:
        self._manifest, self._project, self.builtin = manifest, project, builtin
        self._compared: dict[str, Difference | None] = {}

    def reached(self, node: Node) -> frozenset[str]:
        """Return the keys of the macros that a node reaches at any depth, in the tree or in the manifest."""
        names = {*node.names, *(f"test_{test.name}" for test in tests_of(node))}
        found = {
            f"macro.{package.name}.{name}"
            for package in self._project.packages.values()
            for name in names
            if package.holds("macro", name)
        }
        return frozenset(found | self._closures.get(node.key, set()))

    def called(self, node: Node, resource: Resource) -> frozenset[str]:
        """Return the keys of the macros that a node's own text reaches; `reached` counts its tests as well."""
        found = {
            f"macro.{package.name}.{name}"
            for package in self._project.packages.values()
            for name in node.names
            if package.holds("macro", name)
        }
        calls = set(_called(resource))
        return frozenset(found.union(calls, *map(self._closure, calls)))

    def of(self, key: str) -> Difference | None:
        """Return what differs in a macro, or None."""
        if key not in self._compared:
            self._compared[key] = self._compare(key)
        return self._compared[key]

    def differences(self, required: Mapping[str, Required]) -> Iterator[Difference]:
        """Yield what differs in the project's own macros, and once for every package what differs in its."""
        for key in sorted({*self._own(self._project.name), *self._held(self._project.package)}):
            one = self.of(key)
            if one is not None:
                yield one
        names = {package for _, package in self._packages} - {self._project.name}
        for name in sorted(names | {*self._project.packages} - {self._project.name}):
            yield from self.of_package(name, required.get(name))

    def text(self, key: str) -> str:
        """Return what the manifest holds of a macro; nothing for one it does not have, or that dbt brings along."""
        macro = self._manifest.macros.get(key)
        return "" if macro is None or macro.package_name in self.builtin else macro.macro_sql

    def implementing(self, name: str) -> int:
        """Return how many packages, dbt's own left out, implement what `adapter.dispatch` is asked for."""
        found = set(self._implementations.get(name, ()))
        adapters = {"default", *(one.removeprefix("dbt_") for one in self.builtin)}
        for package in self._project.packages.values():
            if any(package.holds("macro", f"{adapter}__{name}") for adapter in adapters):
                found.add(package.name)
        return len(found)

    @cached_property
    def _implementations(self) -> dict[str, set[str]]:
        """Name of a dispatched macro -> the packages that implement it in the manifest, for whatever adapter."""
        found: dict[str, set[str]] = {}
        for macro in self._manifest.macros.values():
            prefix, mark, name = macro.name.partition("__")
            if prefix and mark and macro.package_name not in self.builtin:
                found.setdefault(name, set()).add(macro.package_name)
        return found

    # one macro

    def _compare(self, key: str) -> Difference | None:
        _, package, name = key.split(".", 2)
        held = self._project.packages.get(package)
        macro = self._manifest.macros.get(key)
        if held is None:
            return None
        found = held.macro(name)
        label = name if package == self._project.name else f"{package}.{name}"
        subject = Subject("macro", label, None, key)
        if found is None:
            if macro is None:
                return None
            place = Place(self._path(held, macro.original_file_path))
            return Difference(subject, place, "it is gone", touches=self._touched(key))
        path, block = found
        place = Place(self._path(held, path, inside=True), block.line, 1, block.line, 1)
        if macro is None:
            return Difference(subject, place, "the manifest does not have it", touches=self._touched(key))
        return self._edited(macro, held, path, block, subject, place)

    def _edited(
        self, macro: Macro, package: Package, path: str, block: Block, subject: Subject, place: Place
    ) -> Difference | None:
        content = package.tree.read([path]).get(path, b"")
        written = block_of(decoded(content) or "", _TAGS.get(block.kind, block.kind), block.name, block.line)
        if written is None:
            return Difference(
                subject, place, "it cannot be compared", touches=self._touched(subject.key), certain=False
            )
        same = same_text(macro.macro_sql, written[0])
        if same.verdict == SAME:
            return None
        if same.verdict == SPACES and same_calls(macro.macro_sql, written[0]):
            return Difference(subject, place, "its white space was edited", same.old, same.new)
        return Difference(subject, place, "it was edited", same.old, same.new, self._touched(subject.key))

    def _path(self, package: Package, path: str, *, inside: bool = False) -> str:
        """Return the path of a macro's file from the repository's root."""
        layout, root = package.layout, self._project.package
        if package.tree is not root.tree:
            return "/".join(part for part in (root.layout.root, root.layout.install_path, package.name, path) if part)
        return path if inside or not layout.root else f"{layout.root}/{path}"

    def _touched(self, key: str) -> frozenset[str]:
        """Return the keys of the nodes that reach a macro, in the tree or in the manifest."""
        name = key.split(".", 2)[2]
        found = {*self._project.mentions(name), *self._reaching.get(key, ())}
        return frozenset(one for one in found if one.split(".", 2)[1] == self._project.name)

    # packages

    def of_package(self, name: str, required: Required | None) -> Iterator[Difference]:
        """Yield what differs in a package, its macros taken together, or why it cannot be compared."""
        subject, held = Subject("package", name, None, f"package.{name}"), self._project.packages.get(name)
        place = required.place if required is not None else self._requiring
        theirs = self._own(name)
        reaching = frozenset(one for key in theirs for one in self._touched(key))
        if held is None:
            if required is None:
                yield Difference(subject, place, "it is no longer asked for", touches=reaching)
            elif required.installed is None:
                reason = "it is not installed here, and cannot be compared"
                yield Difference(subject, place, reason, touches=reaching, certain=False)
            else:
                reason = "package-lock.yml asks for another version than the installed one"
                yield Difference(subject, place, reason, required.installed, required.locked, reaching)
            return
        mine = self._held(held)
        if (mine or theirs) and not any(package == name for _, package in self._packages):
            touched = frozenset(one for key in mine for one in self._touched(key))
            yield Difference(subject, place, "the manifest does not have it", touches=touched)
            return
        found = [one for key in sorted({*theirs, *mine}) if (one := self.of(key)) is not None]
        if found:
            names = [one.subject.name.partition(".")[2] for one in found]
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            touched = frozenset(key for one in found for key in one.touches)
            reason = f"its macros differ: {', '.join(names[:_NAMED])}{more}"
            new = None if required is None else required.installed
            yield Difference(subject, place, reason, None, new, touched)

    @cached_property
    def _requiring(self) -> Place:
        """Where packages are asked for."""
        package = self._project.package
        path = join(package.layout.root, "packages.yml")
        return Place(path if package.tree.entry(path) is not None else package.layout.path)

    def _own(self, package: str) -> list[str]:
        """Return the keys of a package's macros in the manifest."""
        return [
            key
            for key, macro in self._manifest.macros.items()
            if macro.package_name == package and not macro.name.startswith(_NOT_REACHED)
        ]

    @staticmethod
    def _held(package: Package) -> set[str]:
        """Return the keys of a package's macros in the tree or on disk."""
        return {f"macro.{package.name}.{name}" for path in package.paths() for name in package.macros_in(path)}

    @cached_property
    def _packages(self) -> set[tuple[str, str]]:
        """What is in the manifest of packages that dbt does not bring along: kind of thing, package."""
        found = {("macro", macro.package_name) for macro in self._manifest.macros.values()}
        found |= {
            ("node", one.package_name) for section in resource_sections(self._manifest) for one in section.values()
        }
        return {one for one in found if one[1] not in self.builtin}

    # who reaches what, by the manifest

    @cached_property
    def _closures(self) -> dict[str, set[str]]:
        """Key of a node -> the macros it reaches in the manifest; generic tests count for the node they stand on."""
        found: dict[str, set[str]] = {}
        for resource in self._resources():
            called = set(_called(resource))
            if called:
                key = resource.attached_node if resource.test_metadata is not None else resource.unique_id
                found.setdefault(key or resource.unique_id, set()).update(*map(self._closure, called), called)
        return found

    @cached_property
    def _reaching(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, reached in self._closures.items():
            for macro in reached:
                found.setdefault(macro, set()).add(key)
        return found

    def _closure(self, key: str) -> set[str]:
        """Return the macros that a macro calls at any depth."""
        if key not in self._known:
            found: set[str] = set()
            waiting = [key]
            while waiting:
                macro = self._manifest.macros.get(waiting.pop())
                for called in () if macro is None else _called(macro):
                    if called not in found:
                        found.add(called)
                        waiting.append(called)
            self._known[key] = found
        return self._known[key]

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        return {}

    def _resources(self) -> Iterable[Resource]:
        for section in resource_sections(self._manifest):
            yield from section.values()
        for several in (self._manifest.disabled or {}).values():
            yield from several


def _called(thing: Resource | Macro) -> Iterator[str]:
    depends = thing.depends_on
    yield from (key for key in (depends.macros if depends is not None else None) or () if key is not None)
