"""What a rule reports."""

from __future__ import annotations

from typing import Any, NamedTuple

from ringfence.domain.place import Place

SEVERITIES = ("info", "warning", "error")
FINGERPRINT_VERSION = "1"


class Subject(NamedTuple):
    """What a finding is about: kind and name as a person says them; `key` is the identity the fingerprint uses."""

    kind: str
    name: str
    column: str | None = None
    key: str = ""


class Finding(NamedTuple):
    """One thing that is wrong, where, and what to type. The runner fills in code, name and severity."""

    message: str
    place: Place
    subject: Subject
    fix: str
    old: str | None = None
    new: str | None = None
    evidence: str = "declared"
    code: str = ""
    name: str = ""
    severity: str = ""

    @property
    def fingerprint(self) -> str:
        """A 16-digit hash of code, identity, old and new value: it survives reworded messages and moved lines."""
        import hashlib

        parts = (
            FINGERPRINT_VERSION,
            self.code,
            self.subject.key or f"{self.subject.kind}.{self.subject.name}",
            (self.subject.column or "").lower(),
            _normal(self.old),
            _normal(self.new),
        )
        return hashlib.sha256("\x00".join(parts).encode(errors="surrogateescape")).hexdigest()[:16]


class Undecidable(NamedTuple):
    """A subject that a rule could not judge, and why: neither a pass nor a finding."""

    code: str
    name: str
    subject: Subject
    reason: str
    place: Place


def _normal(value: str | None) -> str:
    return "" if value is None else " ".join(value.lower().split())


def pack_result(result: Finding | Undecidable) -> list[object]:
    """Return a result as a plain list, for JSON."""
    if isinstance(result, Undecidable):
        return [result.code, result.name, list(result.subject), result.reason, list(result.place)]
    message, place, subject, *rest = result
    return [message, list(place), list(subject), *rest]


def unpack_result(packed: list[Any]) -> Finding | Undecidable:
    """Return the result that `pack_result` made a list of."""
    if len(packed) == len(Undecidable._fields):
        code, name, subject, reason, place = packed
        return Undecidable(code, name, Subject(*subject), reason, Place(*place))
    message, place, subject, *rest = packed
    return Finding(message, Place(*place), Subject(*subject), *rest)
