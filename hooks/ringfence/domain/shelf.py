"""What a reader needs of a cache: facts by content, and what was recorded of the last tree. Both may hold nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


if TYPE_CHECKING:
    # Protocols take longer to make than all else here, and only the type checker asks for them.

    class Shelf(Protocol):
        """Facts by kind and blob id, as JSON text. What is put may be lost, what is got is what was put."""

        def get(self, kind: str, blobs: Iterable[str]) -> Mapping[str, str]:
            """Return those of the facts that are there."""

        def put(self, kind: str, blob: str, text: str) -> None:
            """Keep the facts of a blob."""

    class Records(Protocol):
        """Records of owners, such as files and subjects, and the keys by which owners are found."""

        def owners(self, kind: str, key: str) -> Iterable[str]:
            """Return the owners that are linked to a key, in any order."""

        def record(self, kind: str, owner: str) -> Any:
            """Return what is recorded of an owner, or None."""

        def records(self, kind: str) -> Iterator[tuple[str, Any]]:
            """Yield every owner of a kind with its record, in any order."""


class Nothing:
    """A shelf and records that are empty and stay so."""

    def get(self, _kind: str, _blobs: Iterable[str]) -> Mapping[str, str]:
        """Return nothing."""
        return {}

    def put(self, kind: str, blob: str, text: str) -> None:
        """Keep nothing."""

    def owners(self, _kind: str, _key: str) -> Iterable[str]:
        """Return nothing."""
        return ()

    def record(self, _kind: str, _owner: str) -> None:
        """Return nothing."""

    def records(self, _kind: str) -> Iterator[tuple[str, Any]]:
        """Yield nothing."""
        return iter(())
