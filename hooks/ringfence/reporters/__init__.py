"""Results to text in one format each. A reporter knows neither streams nor exit codes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from ringfence.domain.change import Change


class Reporter(Protocol):
    """What a format can print; a format without changes or findings lacks that function."""

    def findings(self, result: Any, command: str) -> str:
        """Return findings in this format; `command` is how ringfence is started by hand here."""

    def changes(self, changes: list[Change], base: str, head: str) -> str:
        """Return changes in this format."""


def choose(name: str) -> Reporter:
    """Return the reporter of a format; its module is imported now."""
    return cast("Reporter", import_module(f"{__name__}.{name}_format"))
