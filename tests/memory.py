"""A tree of files in memory, for tests of what reads trees."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from ringfence.domain.tree import Entry


class MemoryTree:
    """Files by path; the names in `links` are symbolic links."""

    label = "memory"
    version = None

    def __init__(self, files: Mapping[str, str | bytes], links: Iterable[str] = ()) -> None:
        self._files = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
        self._links = set(links)

    @property
    def id(self) -> str:
        return hashlib.sha256(repr(sorted(self._files.items())).encode()).hexdigest()

    def entries(self) -> dict[str, Entry]:
        found = {path: self.entry(path) for path in sorted(self._files)}
        return {path: entry for path, entry in found.items() if entry is not None}

    def entry(self, path: str) -> Entry | None:
        if path not in self._files:
            return None
        return Entry("120000" if path in self._links else "100644", hashlib.sha1(self._files[path]).hexdigest())

    def read(self, paths: Iterable[str]) -> dict[str, bytes]:
        return {path: self._files[path] for path in paths if path in self._files and path not in self._links}
