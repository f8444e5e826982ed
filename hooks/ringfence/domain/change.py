"""What changed between two states of a project, on which axis, and how much it matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from ringfence.domain.finding import Finding, Subject
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ringfence.domain.pairs import Pair, States
    from ringfence.domain.place import Place

    Compare: TypeAlias = Callable[[Pair, States], Iterable["Change"]]

# consumer: somebody's query or value breaks. guard: a protection was weakened, no query breaks today.
AXES = ("consumer", "guard")
# risky: undecidable from the evidence at hand.
LEVELS = ("breaking", "risky", "compatible", "cosmetic")
# ops: a build may fail or need a full refresh. data: rows or values may differ.
FLAGS = ("ops", "data")

_SEVERITIES = {"breaking": "error", "risky": "warning", "compatible": "info", "cosmetic": "info"}


class Change(NamedTuple):
    """One difference. `affected` are the names of those who read what changed; `remedy` is what to do about it."""

    level: str
    subject: Subject
    place: Place
    message: str
    remedy: str
    old: str | None = None
    new: str | None = None
    affected: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    evidence: str = "declared"
    code: str = ""
    kind: str = ""
    axis: str = ""

    @property
    def fingerprint(self) -> str:
        """The same fingerprint that the change has as a finding."""
        return self.as_finding().fingerprint

    def as_finding(self) -> Finding:
        """Return the change as `check` reports it."""
        return Finding(
            self.message,
            self.place,
            self.subject,
            self.remedy,
            self.old,
            self.new,
            self.evidence,
            self.code,
            self.kind,
            _SEVERITIES[self.level],
        )


class ChangeKind(NamedTuple):
    """One kind of change: a purpose that begins with "Checks that", an axis, and a pure comparison of a pair."""

    code: str
    name: str
    purpose: str
    axis: str
    approval: str
    compare: Compare
    kinds: tuple[str, ...] = ("model",)
    since: str = "0.1.0"
