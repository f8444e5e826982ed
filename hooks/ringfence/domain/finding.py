"""What a rule reports."""

from __future__ import annotations

from typing import Any

from ringfence.domain.edit import Edit
from ringfence.domain.namedtuple import NamedTuple
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
    """One thing that is wrong, where, and what to type. The runner fills in code, name and severity.

    `edits` do what the fix says, all of them together.
    """

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
    edits: tuple[Edit, ...] = ()

    @property
    def fixable(self) -> str | None:
        """`safe` or `unsafe` where the finding can be mended by its edits, else None."""
        if not self.edits:
            return None
        return "safe" if all(edit.safe for edit in self.edits) else "unsafe"

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


_EDITS = Finding._fields.index("edits")


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
    message, place, subject, *rest, edits = result
    packed: list[object] = [message, list(place), list(subject), *rest]
    return [*packed, [[one.action, list(one.place), *one[2:]] for one in edits]] if edits else packed


def unpack_result(packed: list[Any]) -> Finding | Undecidable:
    """Return the result that `pack_result` made a list of."""
    if len(packed) == len(Undecidable._fields):
        code, name, subject, reason, place = packed
        return Undecidable(code, name, Subject(*subject), reason, Place(*place))
    message, place, subject, *rest = packed[:_EDITS]
    finding = Finding(message, Place(*place), Subject(*subject), *rest)
    return finding._replace(edits=tuple(map(_unpack_edit, packed[_EDITS]))) if len(packed) > _EDITS else finding


def _unpack_edit(packed: list[Any]) -> Edit:
    action, place, text, into, names, safe = packed
    return Edit(action, Place(*place), text, into, tuple(names), safe)
