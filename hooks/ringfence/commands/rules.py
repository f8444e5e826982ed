"""`ringfence rules`: the catalogue."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ringfence.commands.output import emit
from ringfence.commands.session import CATALOGUE

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Print every rule and kind of change; imports none of them."""
    if arguments.format == "json":
        emit(json.dumps({"version": 1, "rules": [info._asdict() for info in CATALOGUE]}, indent=2), None)
        return 0
    width = max(len(info.name) for info in CATALOGUE)
    lines = [f"{info.code}  {info.name:{width}}  {info.severity:7}  {info.summary}" for info in CATALOGUE]
    emit("\n".join(lines), None)
    return 0
