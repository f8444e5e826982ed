"""The one way a file is written."""

from __future__ import annotations

import os
import tempfile

from ringfence.domain.errors import RingfenceError


def write_atomic(path: str, text: str) -> None:
    """Write `text` as UTF-8 so that a reader sees the old file or the new one, never a part. Raises RingfenceError.

    What is there and is no plain file (a device, a pipe) is written to, never replaced.
    """
    folder = os.path.dirname(path) or "."
    try:
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "w", encoding="utf-8", newline="\n") as special:
                special.write(text)
            return
        os.makedirs(folder, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".ringfence-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise RingfenceError(
            f"cannot be written: {error.strerror}", where=path, do="check the folder's permissions"
        ) from error
