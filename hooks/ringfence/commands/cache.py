"""`ringfence cache`: what is kept from run to run, and throwing it away."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ringfence.commands.ground import VARIABLE, Ground
from ringfence.commands.session import Session
from ringfence.stores.cache_file import discard, files

if TYPE_CHECKING:
    import argparse

    from ringfence.stores.cache import Cache


def info(arguments: argparse.Namespace) -> int:
    """Print where the cache is, its size in bytes and what it holds. Always 0: an absent cache is no fault."""
    with Session(Ground(head="index")) as session:
        cache = session.keeper.cache
        told = {"folder": None, "used": False} if cache is None else _told(cache)
    if arguments.format == "json":
        import json

        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    elif cache is None:
        sys.stdout.write(f"the cache is off: by {VARIABLE}, or by cache: {{folder: none}} in ringfence.yml\n")
    else:
        sys.stdout.write("".join(f"{key}: {value}\n" for key, value in told.items()))
    return 0


def clear(_arguments: argparse.Namespace) -> int:
    """Delete every file of the cache, those of other versions included."""
    with Session(Ground(head="index")) as session:
        cache = session.keeper.cache
        found = [] if cache is None else files(cache.folder)
        for file in found:
            discard(file.path)
    size = sum(file.size for file in found)
    sys.stdout.write(f"deleted {len(found)} file{'' if len(found) == 1 else 's'}, {size} bytes\n")
    return 0


def _told(cache: Cache) -> dict[str, object]:
    every = files(cache.folder)
    own = next((file for file in every if file.path == cache.path), None)
    counted = cache.counts()
    return {
        "folder": cache.folder,
        "used": own is not None,
        "file": cache.path,
        "bytes": own.size if own is not None else 0,
        "facts": counted["facts"],
        "trees": counted["slot"],
        "records": counted["record"],
        "files of other versions": len(every) - (own is not None),
    }
