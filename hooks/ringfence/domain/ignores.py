"""What a team says of single findings, where they stand: a comment beside a line, or `meta.ringfence.ignore`.

Locks and changes between two states are not ignored: they have approvals and workflows of their own.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from ringfence.domain.document import Item, Mapping, Scalar, Sequence, mappings_of, text_of, walk
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.finding import Finding

# Families whose findings may be ignored, or known; the others are silenced by nothing of this kind.
FAMILIES = ("RF2", "RF3", "RF5", "RF6", "RF7", "RF8", "RF9")
WORD = "ringfence"
# Patterns are compiled when one is needed: most runs meet no ignore.
_BREAK = "\r\n|[\r\n\x85\u2028\u2029]"
_SAID = r"[ \t]*ringfence:[ \t]*ignore\b(?:\[(?P<rules>[^\]\n]*)\])?[ \t]*(?P<reason>.*?)[ \t]*"
_YAML = rf"(?:^|(?<=[ \t]))#{_SAID}$"
_SQL = rf"(?:--|#-?){_SAID}(?:-?#\}}.*)?$"
_ONLY_COMMENT = r"\s*(?:#|--|\{#|$)"
_DATE = r"\d{4}-\d{2}-\d{2}"


class Ignore(NamedTuple):
    """One ignore: rules by name or code, the reason, where it stands, and what it is about.

    That is the line `target`, or where it is 0 a `subject` (`model orders`) and perhaps one of its columns. `expires`
    is the last day, as YYYY-MM-DD, on which it counts; empty: it counts for ever.
    """

    rules: tuple[str, ...]
    reason: str
    line: int
    column: int
    target: int = 0
    subject: str = ""
    of_column: str | None = None
    expires: str = ""

    def covers(self, finding: Finding) -> bool:
        """Return whether a finding in the same file is what this is about."""
        if finding.code[:3] not in FAMILIES or not {finding.code, finding.name}.intersection(self.rules):
            return False
        if self.target:
            return finding.place.line == self.target
        subject = finding.subject
        named = f"{subject.kind} {subject.name}" == self.subject
        return named and self.of_column in (None, subject.column)


def unpack_ignore(packed: list[Any]) -> Ignore:
    """Return the ignore that a cache keeps as a list."""
    rules, *rest = packed
    return Ignore(tuple(rules), *rest)


class IgnoreUse(NamedTuple):
    """An ignore in its file, and what became of it: what is wrong with it, or else whether it silenced something."""

    path: str
    ignore: Ignore
    wrong: str
    used: bool


def in_comments(text: str, *, yaml: bool) -> tuple[Ignore, ...]:
    """Return the ignores in the comments of a YAML, SQL or Python file, in order; alone on its line one means the next.

    Whether a `#` stands inside a YAML value is the caller's to tell.
    """
    if f"{WORD}:" not in text:
        return ()
    pattern = re.compile(_YAML if yaml else _SQL)
    lines = re.split(_BREAK, text.removeprefix("\ufeff"))
    found = []
    following = 0  # the first line further down that holds more than a comment; 0: none does
    for number, line in zip(range(len(lines), 0, -1), reversed(lines), strict=True):
        said = pattern.search(line)
        alone = re.match(_ONLY_COMMENT, line) is not None
        if said is not None:
            rules = tuple(rule.strip() for rule in (said["rules"] or "").split(",") if rule.strip())
            target = (following if alone else 0) or number
            found.append(Ignore(rules, said["reason"], number, said.start() + 1, target))
        following = following if alone else number
    return tuple(reversed(found))


def outside_values(ignores: tuple[Ignore, ...], root: Item | None) -> tuple[Ignore, ...]:
    """Return those ignores that stand in no value of a YAML document: a text may hold what looks like a comment."""
    if not ignores or root is None:
        return ignores
    spans = sorted({one.span for one in _scalars(root)})
    return tuple(one for one in ignores if not _inside(spans, (one.line - 1, one.column - 1)))


def _inside(spans: list[tuple[int, int, int, int]], point: tuple[int, int]) -> bool:
    """Return whether one of these spans, of which none reaches into the next, holds a point."""
    at = bisect_right(spans, point, key=lambda span: span[:2])
    return at > 0 and point < spans[at - 1][2:]


def _scalars(root: Item) -> Iterator[Scalar]:
    for item in walk(root):
        if isinstance(item, Scalar):
            yield item
        elif isinstance(item, Mapping):
            yield from (key for key, _ in item.pairs)


def in_meta(root: Item | None) -> tuple[Ignore, ...]:
    """Return what `meta.ringfence.ignore` says in a properties file, of entries, tables, versions and columns."""
    if not isinstance(root, Mapping):
        return ()
    from ringfence.domain.propertykeys import ENTRIES  # only where a file is read anew and names us

    return tuple(
        one
        for key, kind in ENTRIES.items()
        for entry in mappings_of(root.get(key))
        for one in _of(entry, f"{kind} {text_of(entry.get('name'))}", None)
    )


def _of(body: Mapping, subject: str, column: str | None) -> Iterator[Ignore]:
    config = body.get("config")
    for meta in (body.get("meta"), config.get("meta") if isinstance(config, Mapping) else None):
        ours = meta.get(WORD) if isinstance(meta, Mapping) else None
        if isinstance(ours, Mapping):
            yield from (_entry(item, subject, column) for item in _listed(ours.get("ignore")))
    for item in mappings_of(body.get("columns")):
        yield from _of(item, subject, text_of(item.get("name")))
    for item in mappings_of(body.get("tables")):
        yield from _of(item, f"{subject}.{text_of(item.get('name'))}", None)
    for item in mappings_of(body.get("versions")):
        yield from _of(item, f"{subject}.v{text_of(item.get('v'))}", None)


def _listed(item: Item | None) -> list[Item]:
    if item is None:
        return []
    return item.items if isinstance(item, Sequence) else [item]


def _entry(item: Item, subject: str, column: str | None) -> Ignore:
    """Return one item of the list: `{rule: ..., reason: ..., expires: ...}`; what is missing is empty."""
    if not isinstance(item, Mapping):
        return Ignore((), "", item.place.line, item.place.column, 0, subject, column)
    rules = tuple(text_of(one) or "" for one in _listed(item.get("rule") or item.get("rules")))
    reason, expires = (text_of(item.get(key)) or "" for key in ("reason", "expires"))
    return Ignore(rules, reason, item.place.line, item.place.column, 0, subject, column, expires)


def wrong_with(ignore: Ignore, codes: dict[str, str], today: str) -> str:
    """Return what keeps an ignore from counting, or nothing; `codes` are the codes of all rules by name and by code."""
    if not ignore.rules:
        return "names no rule"
    for rule in ignore.rules:
        if rule not in codes:
            return f"names the unknown rule {rule}"
        if codes[rule][:3] not in FAMILIES:
            return f"names {rule}, which cannot be ignored"
    if not ignore.reason:
        return "gives no reason"
    if ignore.expires and not re.fullmatch(_DATE, ignore.expires):
        return f"expires on {ignore.expires}, which is no date"
    return f"expired on {ignore.expires}" if ignore.expires and ignore.expires < today else ""
