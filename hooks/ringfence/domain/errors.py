"""What a command cannot work with. Findings are values; only these are raised."""

from __future__ import annotations


class RingfenceError(Exception):
    """Wrong use, bad configuration or git trouble: the command ends with exit code 2.

    `what` went wrong, `where` (file and line, revision, folder) and what to `do` about it.
    """

    def __init__(self, what: str, *, where: str = "", do: str = "") -> None:
        super().__init__(what)
        self.what, self.where, self.do = what, where, do

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"\n    fix: {self.do}" if self.do else ""
        return f"{place}{self.what}{remedy}"
