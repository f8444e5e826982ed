"""The files of the cache: one for each edition of the program, replaced by a later one where it is broken.

A broken file's name is never used again: another process that still has it open would write its journal beside a new
one of the same name.
"""

from __future__ import annotations

import os
import sys
import time
import zlib
from contextlib import suppress

from ringfence.domain.namedtuple import NamedTuple

_SUFFIX = ".sqlite"
_EDITION = frozenset("0123456789abcdef")
_KEPT_DAYS = 30
_KEPT_EDITIONS = 3
# File systems on which several machines may write: shared memory, which a write-ahead log needs, does not work there.
_REMOTE = frozenset(
    {"nfs", "nfs4", "cifs", "smbfs", "smb3", "9p", "afs", "ceph", "glusterfs", "lustre", "gpfs", "virtiofs"}
    | {"vboxsf", "prl_fs", "fuse", "fuse.sshfs", "fuseblk", "drvfs", "beegfs", "ocfs2", "gfs2"}
)


class CacheFile(NamedTuple):
    """A file of the cache: the edition of the program that wrote it, its number, its size in bytes."""

    path: str
    edition: str
    number: int
    size: int
    used: float


def edition(version: str) -> str:
    """Return digits that another version, installation or Python does not share: facts and verdicts rest on them.

    Files of a project that is worked on are looked at one by one; an installed package changes with its folder.
    """
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    seen: list[object] = [version, sys.version_info[:3], package]
    installed = os.path.basename(os.path.dirname(package)) in ("site-packages", "dist-packages")
    if installed:
        seen += [os.stat(folder).st_mtime_ns for folder in (package, os.path.dirname(package))]
    else:
        seen += _stamps(package)
        libraries = f"{sys.prefix}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
        with suppress(OSError):
            seen.append(os.stat(libraries).st_mtime_ns)  # changes when a library is installed or upgraded
    text = repr(seen).encode()
    return f"{zlib.crc32(text):08x}{zlib.adler32(text):08x}"  # hashlib costs more to import than all of this


def _stamps(folder: str) -> list[tuple[str, int, int]]:
    found = []
    for entry in os.scandir(folder):
        if entry.name.endswith((".py", ".json")):
            status = entry.stat()
            found.append((entry.path, status.st_size, status.st_mtime_ns))
        elif entry.is_dir() and entry.name != "__pycache__":
            found += _stamps(entry.path)
    return sorted(found)


def files(folder: str) -> list[CacheFile]:
    """Return the cache's files in a folder, databases only, sorted."""
    found = []
    with suppress(OSError):
        for entry in os.scandir(folder):
            edition, _, number = entry.name.removesuffix(_SUFFIX).partition("-")
            if (
                entry.name.endswith(_SUFFIX)
                and number.isdigit()
                and _EDITION.issuperset(edition)
                and len(edition) == 16
            ):
                status = entry.stat()
                used = max(status.st_mtime, status.st_atime)
                found.append(CacheFile(entry.path, edition, int(number), status.st_size, used))
    return sorted(found)


def current(folder: str, edition: str) -> str | None:
    """Return the newest file of an edition, or None."""
    own = [file for file in files(folder) if file.edition == edition]
    return max(own, key=lambda file: file.number).path if own else None


def claim(folder: str, edition: str) -> str | None:
    """Return where a new file of an edition goes, old ones swept away; None where the folder cannot be written."""
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError:
        return None
    if not os.access(folder, os.W_OK):
        return None
    sweep(folder, edition)
    return os.path.join(folder, f"{edition}-{time.time_ns()}.sqlite")


def sweep(folder: str, edition: str) -> None:
    """Delete files of other editions that nobody has used for a month, and all but the newest few."""
    others = sorted((file for file in files(folder) if file.edition != edition), key=lambda file: -file.used)
    for rank, file in enumerate(others):
        if rank >= _KEPT_EDITIONS or time.time() - file.used > _KEPT_DAYS * 86400:
            discard(file.path)


def discard(path: str) -> None:
    """Delete a file of the cache and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        with suppress(OSError):
            os.unlink(path + suffix)


def is_local(folder: str) -> bool:
    """Return whether a folder is known to be on a disk of this machine; Linux says so, of others it is not known."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            lines = [line.split() for line in file]
    except OSError:
        return False
    here = os.path.realpath(folder)
    mounts = {fields[4].replace("\\040", " "): fields[fields.index("-") + 1] for fields in lines if "-" in fields}
    while here not in mounts and here != os.path.dirname(here):
        here = os.path.dirname(here)
    kind = mounts.get(here)
    return kind is not None and kind not in _REMOTE and not kind.startswith("fuse.")
