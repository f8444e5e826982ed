"""What single files say: each content is parsed once, ever, where a shelf keeps it, and at most once in a run."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Problem
from ringfence.domain.place import Place
from ringfence.domain.shelf import Nothing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.shelf import Shelf
    from ringfence.domain.tree import Tree
    from ringfence.sql.terms import Facts
    from ringfence.text.seedtypes import Columns
    from ringfence.text.yaml import Document

_YAML = (".yml", ".yaml")
_IGNORE = b"ringfence:"
# https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: what git holds in place of a large file.
POINTER = b"version https://git-lfs.github.com/spec/"
_written = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_NOT_HERE = "is a Git LFS pointer: what it stands for is not in the repository"


class Contents:
    """Facts of files by content. Base and head share most of their files, and this run most of them with the last."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self.shelf: Shelf = shelf if shelf is not None else Nothing()
        self._templates: dict[tuple[str, str], Facts] = {}
        self._documents: dict[tuple[str, str], Document] = {}
        self._headers: dict[str, str] = {}
        self._docs: dict[str, tuple[str, ...] | None] = {}
        self._kept: dict[tuple[str, str], str] = {}
        self._bytes: dict[str, bytes] = {}

    def expect(self, tree: Tree, paths: Iterable[str]) -> None:
        """Fetch what will be asked of these files: one look at the shelf, one batch of contents for what it lacks."""
        wanted: dict[tuple[str, str], str] = {}
        for path in paths:
            entry = tree.entry(path)
            if entry is not None and entry.is_file:
                wanted[_kind(path), entry.blob] = path
        for kind in sorted({kind for kind, _ in wanted}):
            blobs = [blob for held, blob in wanted if held == kind]
            self._kept.update(((kind, blob), text) for blob, text in self.shelf.get(kind, blobs).items())
        missing = {path: key[1] for key, path in wanted.items() if key not in self._kept and key[1] not in self._bytes}
        self._bytes.update((missing[path], content) for path, content in tree.read(missing).items())

    def template(self, tree: Tree, path: str) -> Facts:
        """Return what a SQL or Python file says alone."""
        kind, blob = _kind(path), self._blob(tree, path)
        if (kind, blob) not in self._templates:
            from ringfence.sql import packed

            kept = self._shelved(kind, blob)
            facts = _read(kind, self._content(tree, path, blob)) if kept is None else packed.unpack(kept)
            if kept is None and (made := packed.pack(facts)) is not None:
                self._keep(kind, blob, made)
            self._templates[kind, blob] = facts
        return self._templates[kind, blob]

    def document(self, tree: Tree, path: str) -> Document:
        """Return a YAML file as positioned values."""
        blob = self._blob(tree, path)
        if (path, blob) not in self._documents:
            from ringfence.text import packed

            kept = self._shelved("yaml", blob)
            if kept is None:
                kept = _document(self._content(tree, path, blob), path)
                self._keep("yaml", blob, kept)
            self._documents[path, blob] = packed.unpack(kept, path)
        return self._documents[path, blob]

    def header(self, tree: Tree, path: str) -> str | None:
        """Return the first line of a seed, without its end; None where the repository holds a pointer to it."""
        blob = self._blob(tree, path)
        if blob not in self._headers:
            kept = self._shelved("csv", blob)
            if not isinstance(kept, str):
                content = self._content(tree, path, blob)
                kept = content.split(b"\n", 1)[0].decode("utf-8-sig", errors="replace").rstrip("\r")
                self._keep("csv", blob, kept)
            self._headers[blob] = kept
        header = self._headers[blob]
        return None if header.encode().startswith(POINTER) else header

    def seed_types(self, tree: Tree, path: str, delimiter: str) -> Columns:
        """Return the kinds of a seed's columns, told by its values: a large one is read once, ever."""
        from ringfence.text import seedtypes

        key = f"{delimiter}{self._blob(tree, path)}"
        kept = self._shelved("csvtypes", key)
        if kept is None:
            made = seedtypes.read(tree.read([path]).get(path, b""), delimiter)
            self._keep("csvtypes", key, [made.kinds, made.why])
            return made
        return seedtypes.Columns(tuple(kept[0]), kept[1])

    def docs(self, tree: Tree, path: str) -> tuple[str, ...] | None:
        """Return the names of a Markdown file's docs blocks; None where the repository holds a pointer to it."""
        blob = self._blob(tree, path)
        if blob not in self._docs:
            kept = self._shelved("md", blob)
            if not isinstance(kept, list):
                content = self._content(tree, path, blob)
                kept = [None] if content.startswith(POINTER) else _docs(content.decode("utf-8", errors="replace"))
                self._keep("md", blob, kept)
            self._docs[blob] = None if None in kept else tuple(kept)
        return self._docs[blob]

    def _blob(self, tree: Tree, path: str) -> str:
        entry = tree.entry(path)
        return entry.blob if entry is not None else ""

    def _shelved(self, kind: str, blob: str) -> Any:
        if (kind, blob) not in self._kept:
            self._kept.update(((kind, held), text) for held, text in self.shelf.get(kind, [blob]).items())
        text = self._kept.pop((kind, blob), None)
        return None if text is None else json.loads(text)

    def _keep(self, kind: str, blob: str, packed: Any) -> None:
        try:
            self.shelf.put(kind, blob, _written(packed))
        except ValueError:
            return  # a number too long to be written out: the file is parsed again the next time

    def _content(self, tree: Tree, path: str, blob: str) -> bytes:
        found = self._bytes.pop(blob, None)
        return tree.read([path]).get(path, b"") if found is None else found


def _kind(path: str) -> str:
    """Return the reader of a file: yaml, py, csv, md or sql."""
    lower = path.lower()
    if lower.endswith(_YAML):
        return "yaml"
    return next((kind for kind in ("py", "csv", "md") if lower.endswith(f".{kind}")), "sql")


def _docs(text: str) -> list[str]:
    """Return the names of docs blocks, less those that a comment or a raw block holds."""
    if "docs" not in text:
        return []
    plain = re.sub(r"(?s)\{#.*?#\}|\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\}", "", text)
    return list(dict.fromkeys(re.findall(r"\{%[-+]?\s*docs\s+([A-Za-z_]\w*)", plain)))


def _document(content: bytes, path: str) -> Any:
    """Return a YAML file as the lists that `packed.unpack` takes."""
    from ringfence.text import packed, yaml

    if content.startswith(POINTER):
        fix = "keep this file out of Git LFS, in .gitattributes"
        return packed.pack(packed.Document(None, (Problem(_NOT_HERE, Place(path), fix),)))
    return yaml.read(content, path)


def _read(kind: str, content: bytes) -> Facts:
    if content.startswith(POINTER):
        from ringfence.sql.terms import Facts as Made

        return Made((), (1, _NOT_HERE))
    text = content.decode("utf-8", errors="replace")
    if kind == "py":
        from ringfence.sql import python_model

        facts = python_model.read(text)
    else:
        from ringfence.sql import template

        facts = template.read(text)
    if _IGNORE not in content:
        return facts
    from ringfence.domain.ignores import in_comments

    return facts._replace(ignores=in_comments(text, yaml=False))
