"""From the path of a manifest to its project."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.readers.manifest.decode import read_manifest
from ringfence.readers.manifest.paths import check_paths, patched
from ringfence.readers.manifest.project import ManifestProject, builtin_packages, resource_sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ringfence.readers.manifest.schema import Macro, Manifest, Resource


def open_manifest(path: str, *, root: str, inside: str | None = None) -> ManifestProject:
    """Return the project of the manifest in the file `path`; `root` is its folder from the repository's root, or ''.

    `inside` is the folder that the file must really lie in, links resolved: the repository's, unless a person named the
    file. Raises RingfenceError where the file lies elsewhere, cannot be read, is no manifest, is of a version that is
    not supported, does not name its project, or names files outside the repository. What stands inside configurations,
    columns and arguments of tests is looked at when a node is made, which raises the same error.
    """
    if inside is not None:
        _check_inside(path, inside)
    manifest = read_manifest(path)
    name = project_name(manifest, path)
    own, others = _paths(manifest, name)
    check_paths(own, root, path)
    check_paths(others, "", path)
    return ManifestProject(manifest, name, root, path)


def _check_inside(path: str, folder: str) -> None:
    held = os.path.realpath(folder)
    try:
        led_out = os.path.commonpath([os.path.realpath(path), held]) != held
    except ValueError:  # another drive, or no possible name
        led_out = True
    if led_out:
        raise RingfenceError(
            "the manifest lies outside the repository",
            where=path,
            do="put the file itself into the repository's folder",
        )


def project_name(manifest: Manifest, where: str) -> str:
    """Return the name of the root project. v9 writes only its MD5, which one of the packages must have.

    Raises RingfenceError where none has.
    """
    metadata = manifest.metadata
    if metadata.project_name:
        return metadata.project_name
    import hashlib

    for name in sorted(_package_names(manifest)):
        if hashlib.md5(name.encode(), usedforsecurity=False).hexdigest() == metadata.project_id:
            return name
    raise RingfenceError("the manifest does not name its project", where=where, do="make it anew: dbt parse")


def _paths(manifest: Manifest, name: str) -> tuple[list[str], list[str]]:
    """Return every path that the project's own things and those of its packages have."""
    builtin = builtin_packages(manifest.metadata.adapter_type)
    own: list[str] = []
    others: list[str] = []
    things: list[Resource | Macro] = list(_resources(manifest))
    things += [macro for macro in manifest.macros.values() if macro.package_name not in builtin]
    for thing in things:
        (own if thing.package_name == name else others).append(thing.original_file_path)
        if thing.patch_path:
            package, path = patched(thing.patch_path)
            (own if (package or thing.package_name) == name else others).append(path)
    own += [doc.original_file_path for doc in manifest.docs.values() if doc.package_name == name]
    return own, others


def _resources(manifest: Manifest) -> Iterator[Resource]:
    for section in resource_sections(manifest):
        yield from section.values()
    for several in (manifest.disabled or {}).values():
        yield from several


def _package_names(manifest: Manifest) -> set[str]:
    macros: Iterable[str] = (macro.package_name for macro in manifest.macros.values())
    return {*macros, *(resource.package_name for resource in _resources(manifest))}
