"""Whether a text that a manifest holds, in full or as a checksum, is the text of a file.

dbt decodes a file as UTF-8 and strips white space around it; line ends and a byte order mark stay (tried on 1.8 and
1.11). A checkout may have other line ends than the tree, and Jinja makes all of them `\\n`: they are no difference.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.readers.manifest.schema import Checksum
    from ringfence.sql.terms import Facts

SAME, SPACES, OTHER, HIDDEN = "same", "spaces", "other", "hidden"
PLACEHOLDER = "--placeholder--"  # what the v2 engine may write for the code of a node
_MARK = "\ufeff"
_SHOWN = 12


class Sameness(NamedTuple):
    """SAME; SPACES: but for white space or a byte order mark; OTHER; HIDDEN: the manifest does not tell.

    `old` and `new` are what a person is shown of the two texts.
    """

    verdict: str
    old: str = ""
    new: str = ""


def decoded(content: bytes) -> str | None:
    """Return the text of a file, or None where dbt cannot read it."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def with_newlines(text: str) -> str:
    """Return a text with every line end as Jinja sees it."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def same_text(written: str, text: str) -> Sameness:
    """Return how the text in a manifest relates to that of a file."""
    theirs, mine = with_newlines(written).strip(), with_newlines(text).strip()
    if mine == theirs:
        return Sameness(SAME)
    verdict = SPACES if _collapsed(mine) == _collapsed(theirs) else OTHER
    return Sameness(verdict, digest(theirs), digest(mine))


def same_checksum(checksum: Checksum | str | None, text: str, *, python: bool) -> Sameness:
    """Return how a checksum relates to the text of a file: HIDDEN where it is none of a text."""
    if checksum is None or isinstance(checksum, str) or checksum.name != "sha256":
        return Sameness(HIDDEN)
    if checksum.checksum in checksums(text, python=python):
        return Sameness(SAME)
    plain = text.removeprefix(_MARK)
    marked = any(checksum.checksum in checksums(form, python=python) for form in (plain, _MARK + plain))
    return Sameness(SPACES if marked else OTHER, f"sha256 {checksum.checksum[:_SHOWN]}", digest(text.strip()))


def checksums(text: str, *, python: bool) -> Iterator[str]:
    """Yield every checksum that some dbt has for a text, in the forms in which git may have checked it out.

    Up to dbt 1.11 it is the SHA-256 of the text without white space around it. dbt 1.12 and the v2 engine first make
    one space of every run of white space; of Python models they keep the file as it is.
    """
    plain = with_newlines(text)
    for form in dict.fromkeys((text, plain, plain.replace("\n", "\r\n"))):
        yield _sha256(form.strip())
        yield _sha256(form if python else " ".join(form.split()))


def block_of(text: str, kinds: str, name: str, line: int) -> tuple[str, str] | None:
    """Return a block of a template that starts on a line, with its tags and without; None where it is not there.

    `kinds` are its tags, such as `macro` or `test|data_test`.
    """
    plain = with_newlines(text)
    head = rf"\{{%[-+]?\s*(?:{kinds})\s+{re.escape(name)}\b"
    starts = [one for one in re.finditer(head, plain) if _line(plain, one.start()) <= line <= _line(plain, one.end())]
    opening = re.compile(r".*?%\}", re.DOTALL).match(plain, starts[0].end()) if starts else None
    if opening is None:
        return None
    closing = re.compile(rf"\{{%[-+]?\s*end(?:{kinds})\s*[-+]?%\}}").search(plain, opening.end())
    if closing is None:
        return None
    return plain[starts[0].start() : closing.end()], plain[opening.end() : closing.start()]


def same_calls(written: str, text: str) -> bool:
    """Return whether two templates call the same, with the same arguments under the same conditions."""
    from ringfence.sql import template

    first, second = template.read(with_newlines(written)), template.read(with_newlines(text))
    return first.error is None and second.error is None and _unplaced(first) == _unplaced(second)


def digest(text: str) -> str:
    """Return what a person is shown of a text that is too long to be shown."""
    return f"sha256 {_sha256(text)[:_SHOWN]}"


def _unplaced(facts: Facts) -> str:
    """Return what a template says, whatever its lines."""
    blocks = [
        (block.kind, block.name, block.params, [call._replace(line=0, column=0) for call in block.calls])
        for block in facts.blocks
    ]
    return repr(blocks)  # not compared as values: True is 1 there


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _collapsed(text: str) -> str:
    return " ".join(text.removeprefix(_MARK).split())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
