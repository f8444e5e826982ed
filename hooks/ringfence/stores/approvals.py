"""ringfence/approvals.yml: changes that were accepted, by fingerprint, with a reason and a date."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ringfence.domain.document import Mapping, mappings_of, text_of
from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text import yaml
from ringfence.text.scalars import quoted

if TYPE_CHECKING:
    from ringfence.domain.tree import Tree

FILE = "ringfence/approvals.yml"


class Approval(NamedTuple):
    """One accepted change."""

    fingerprint: str
    what: str
    reason: str
    by: str
    date: str


def read_approvals(tree: Tree, root: str) -> tuple[Approval, ...]:
    """Return the approvals of a project. Raises RingfenceError where the file cannot be read."""
    path = posixpath.join(root, FILE)
    content = tree.read([path]).get(path)
    if content is None:
        return ()
    document = yaml.parse(content, path)
    if document.problems or not isinstance(document.root, Mapping):
        problem = document.problems[0].message if document.problems else "is not a mapping"
        raise RingfenceError(problem, where=path, do="restore the file from git, then use: ringfence approve")
    found = []
    for item in mappings_of(document.root.get("approvals")):
        fingerprint, what, reason, by, date = (text_of(item.get(key)) or "" for key in Approval._fields)
        if fingerprint and reason:
            found.append(Approval(fingerprint, what, reason, by, date))
    return tuple(found)


def render(approvals: tuple[Approval, ...]) -> str:
    """Return the text of the file, one approval a line, sorted by fingerprint."""
    lines = ["# Changes that were accepted. Add one with: ringfence approve FINGERPRINT --reason WHY", "approvals:"]
    for entry in sorted(approvals):
        fields = ", ".join(f"{key}: {quoted(value)}" for key, value in entry._asdict().items())
        lines.append(f"  - {{{fields}}}")
    return "\n".join(lines) + "\n"
