"""The parts of a manifest that stay JSON text until somebody asks for them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ringfence.domain.errors import RingfenceError

if TYPE_CHECKING:
    from msgspec import Raw
    from msgspec.json import Decoder

    from ringfence.readers.manifest.schema import Column


def mapping_of(raw: Raw, where: str) -> dict[str, Any]:
    """Return the mapping in a configuration or in a test's arguments; none there is an empty one.

    Raises RingfenceError, naming the manifest `where`, for anything else.
    """
    import msgspec

    try:
        return _mappings().decode(raw) or {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable("a configuration or arguments", error, where) from error


def columns_of(raw: Raw, where: str) -> dict[str, Column]:
    """Return the columns of a node by name. Raises RingfenceError, naming the manifest `where`, for anything else."""
    import msgspec

    try:
        return _columns().decode(raw) or {}
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable("columns", error, where) from error


def plain_text(raw: Raw) -> str | None:
    """Return the text that stands there; None for anything else."""
    import msgspec

    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


# A decoder costs more to make than most parts to decode.


@cache
def _mappings() -> Decoder[dict[str, Any] | None]:
    import msgspec

    return msgspec.json.Decoder(dict[str, Any] | None)


@cache
def _columns() -> Decoder[dict[str, Column] | None]:
    import msgspec

    from ringfence.readers.manifest.schema import Column

    return msgspec.json.Decoder(dict[str, Column] | None)


def _unreadable(what: str, error: Exception, where: str) -> RingfenceError:
    return RingfenceError(
        f"the manifest holds {what} that cannot be read: {error}", where=where, do="make it anew: dbt parse"
    )
