"""Packages installed beside a project: whether anything of them has changed, without opening a file."""

from __future__ import annotations

import os


def stamp(folder: str) -> str:
    """Return a digest of the files below a folder by name, size and times; '' where there are none."""
    seen = []
    waiting = [folder]
    while waiting:
        try:
            found = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in found:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            else:
                status = entry.stat(follow_symlinks=False)
                seen.append((entry.path, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino))
    if not seen:
        return ""
    import hashlib

    return hashlib.sha256(repr(seen).encode(errors="surrogatepass")).hexdigest()
