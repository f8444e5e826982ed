"""Where results go, and how a command that the user should type is spelled here."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ringfence import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.domain.finding import Finding


def emit(text: str, path: str | None) -> None:
    """Write `text` to a file, or to standard output; nothing is printed for an empty text."""
    if path is not None:
        from ringfence.stores.files import write_atomic

        write_atomic(path, text)
    elif text:
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def here(findings: Iterable[Finding]) -> str:
    """Return how `ringfence` is started by hand in this place; asked only where a fix names it."""
    if not any("ringfence " in finding.fix for finding in findings):
        return "ringfence"
    return command()


def command() -> str:
    """Return `ringfence` where this version is on PATH, `uvx --from ...` where uv is, else our own full path.

    A hook's environment stands on PATH only while the hook runs, so it does not count.
    """
    import shutil

    own = os.path.dirname(os.path.abspath(sys.argv[0]))
    private = bool(os.environ.get("PRE_COMMIT"))
    folders = [part for part in os.environ.get("PATH", "").split(os.pathsep) if part]
    visible = os.pathsep.join(
        part for part in folders if not private or os.path.realpath(part) != os.path.realpath(own)
    )
    found = shutil.which("ringfence", path=visible)
    if found is not None and _version_of(found) == __version__:
        return "ringfence"
    if shutil.which("uvx", path=visible):
        return f"uvx --from dbt-ringfence=={__version__} ringfence"
    script = os.path.join(own, "ringfence")
    return script if os.path.isfile(script) else f"{sys.executable} -m ringfence"


def _version_of(script: str) -> str | None:
    import subprocess

    try:
        done = subprocess.run([script, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    words = done.stdout.split()
    return words[-1] if words else None
