"""Where something stands in a file."""

from __future__ import annotations

from ringfence.domain.namedtuple import NamedTuple


class Place(NamedTuple):
    """A span in a file of the judged tree: lines and columns count from 1, the end column is exclusive."""

    path: str
    line: int = 1
    column: int = 1
    end_line: int = 1
    end_column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
