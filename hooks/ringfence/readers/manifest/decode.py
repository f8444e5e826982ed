"""From a file to a decoded manifest: every way in which the file can be wrong is one clear error.

The file is read, not mapped into memory: dbt writes artefacts in place, and a mapped file that is cut off meanwhile
ends the whole process with SIGBUS, which nothing can catch.
"""

from __future__ import annotations

import gc
import os
import re
import stat
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError

if TYPE_CHECKING:
    from ringfence.readers.manifest.schema import Manifest

# Labels of manifests that dbt writes or wrote: dbt 1.5 to 1.12 and the v2 engine.
LABELS = (9, 10, 11, 12, 20)
SUPPORTED = "v9 to v12 (dbt 1.5 to 1.12) and v20 (the v2 engine)"
LARGEST = 4 << 30
_LABEL = re.compile(r"/([a-z-]+)/v(\d{1,4})(?:\.json)?$")
_BEING_WRITTEN = "wait until dbt has finished writing it, then run this again"
_MAKE_ANEW = "make it anew: dbt parse"


def read_manifest(path: str) -> Manifest:
    """Return the manifest in the file `path`.

    Raises RingfenceError where the file cannot be read, is being written, is no JSON, no manifest, or of a version that
    is not supported.
    """
    return decode_manifest(_content(path), path)


def decode_manifest(content: bytes, where: str) -> Manifest:
    """Return the manifest that these bytes hold; `where` names them in the RingfenceError that is raised otherwise."""
    import msgspec

    from ringfence.readers.manifest.schema import Manifest

    collecting = gc.isenabled()
    gc.disable()  # a large manifest is millions of values and no cycle: collecting while decoding finds nothing
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _explained(error, content, where) from error
    finally:
        if collecting:
            gc.enable()
    _check_label(manifest.metadata.dbt_schema_version, where)
    return manifest


def _content(path: str) -> bytes:
    try:
        # without O_NONBLOCK opening a named pipe would wait for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it has no possible name"
        raise RingfenceError(
            f"the manifest cannot be read: {reason}", where=path, do="make it with dbt parse, or name another file"
        ) from error
    try:
        return _whole(handle, path)
    except (OSError, MemoryError) as error:
        reason = getattr(error, "strerror", None) or "it does not fit into memory"
        raise RingfenceError(f"the manifest cannot be read: {reason}", where=path, do=_MAKE_ANEW) from error
    finally:
        os.close(handle)


def _whole(handle: int, path: str) -> bytes:
    before = os.fstat(handle)
    if not stat.S_ISREG(before.st_mode):
        raise RingfenceError("the manifest is not a plain file", where=path, do="name target/manifest.json itself")
    if before.st_size > LARGEST:
        raise RingfenceError(
            f"the manifest has {before.st_size:,} bytes, and no more than {LARGEST:,} are read",
            where=path,
            do=_MAKE_ANEW,
        )
    with open(handle, "rb", buffering=0, closefd=False) as file:
        content = file.read()
    after = os.fstat(handle)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise RingfenceError("the manifest was written while it was being read", where=path, do=_BEING_WRITTEN)
    return content


def _explained(error: Exception, content: bytes, where: str) -> RingfenceError:
    """Return what a person should be told about bytes that cannot be decoded."""
    import msgspec

    if _cut_off(content):
        size = f"after {len(content):,} bytes" if content else "because it is empty"
        return RingfenceError(
            f"the manifest ends too early, {size}: it is probably being written", where=where, do=_BEING_WRITTEN
        )
    if isinstance(error, RecursionError):
        return RingfenceError("the manifest nests values too deeply to be read", where=where, do=_MAKE_ANEW)
    if isinstance(error, UnicodeDecodeError):
        return RingfenceError(f"the manifest is not UTF-8: {error.reason}", where=where, do=_MAKE_ANEW)
    if not isinstance(error, msgspec.ValidationError):
        return RingfenceError(f"the manifest is not JSON: {error}", where=where, do=_MAKE_ANEW)
    try:
        _check_label(_label_of(content), where)
    except RingfenceError as unsupported:
        return unsupported
    return RingfenceError(f"the manifest is not as dbt writes it: {error}", where=where, do=_MAKE_ANEW)


def _cut_off(content: bytes) -> bool:
    """Return whether the text ends before its outermost value does."""
    import msgspec

    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except msgspec.DecodeError as error:
        return "truncated" in str(error) or not content[-256:].rstrip().endswith(b"}")
    except RecursionError:
        pass
    return False


def _label_of(content: bytes) -> str | None:
    import msgspec

    from ringfence.readers.manifest.schema import Header

    try:
        header = msgspec.json.decode(content, type=Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return header.metadata.dbt_schema_version if header.metadata is not None else None


def _check_label(label: str | None, where: str) -> None:
    found = _LABEL.search(label or "")
    if found is None:
        raise RingfenceError(
            "this is not a manifest of dbt: metadata.dbt_schema_version names none",
            where=where,
            do="name the manifest.json that dbt parse writes",
        )
    if found[1] != "manifest":
        raise RingfenceError(
            f"this is no manifest, but {found[1].replace('-', ' ')}",
            where=where,
            do="name the manifest.json beside it",
        )
    number = int(found[2])
    if number not in LABELS:
        age = "older than" if number < LABELS[0] else "newer than" if number > LABELS[-1] else "not among"
        raise RingfenceError(
            f"the manifest has schema version v{number}, {age} what is supported: {SUPPORTED}",
            where=where,
            do="make it with a supported dbt" if number < LABELS[-1] else "install a newer ringfence",
        )
