"""The one way a file is written."""

from __future__ import annotations

import os
import stat
import tempfile

from ringfence.domain.errors import RingfenceError


def write_atomic(path: str, text: str | bytes) -> None:
    """Write bytes, or text as UTF-8, so that a reader sees the old file or the new one, never a part.

    Raises RingfenceError where it cannot be written.

    What is there and is no plain file (a device, a pipe) is written to, never replaced; what is one keeps its mode.
    """
    folder = os.path.dirname(path) or "."
    content = text.encode("utf-8") if isinstance(text, str) else text
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as special:
                special.write(content)
            return
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".ringfence-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, stat.S_IMODE(os.stat(path).st_mode) if os.path.exists(path) else 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise RingfenceError(
            f"cannot be written: {error.strerror}", where=path, do="check the folder's permissions"
        ) from error


def is_inside(root: str, path: str) -> bool:
    """Return whether the folder of a path is reached from the root without a link."""
    folder = os.path.dirname(os.path.join(os.path.realpath(root), path))
    return os.path.realpath(folder) == folder
