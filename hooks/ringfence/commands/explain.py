"""`ringfence explain CODE`: what a rule wants, with an example that fires and one that stays silent."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from ringfence.commands.output import emit
from ringfence.commands.session import CATALOGUE
from ringfence.domain.errors import RingfenceError
from ringfence.domain.names import did_you_mean

if TYPE_CHECKING:
    import argparse


def run(arguments: argparse.Namespace) -> int:
    """Print the page of one rule, by code or name."""
    wanted = arguments.rule
    info = next((one for one in CATALOGUE if wanted.upper() == one.code or wanted == one.name), None)
    if info is None:
        names = [name for one in CATALOGUE for name in (one.code, one.name)]
        raise RingfenceError(f"there is no rule {wanted}{did_you_mean(wanted, names)}", do="list them: ringfence rules")
    pages = json.loads((files("ringfence.rules") / "pages.json").read_text(encoding="utf-8"))
    emit(pages[info.code], None)
    return 0
