"""`ringfence check --fix` and `--diff`: carry out the edits that findings offer, in files that are what was judged."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple
from ringfence.readers.scratch import staged
from ringfence.stores.files import is_inside, write_atomic
from ringfence.text.edits import Edited, Refused, apply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ringfence.commands.entering import Entered
    from ringfence.commands.ground import Ground
    from ringfence.domain.edit import Edit
    from ringfence.domain.finding import Finding


class Mended(NamedTuple):
    """What was done: the findings that are mended, the files with what they hold now, and the edits not made."""

    findings: tuple[Finding, ...]
    files: dict[str, bytes]
    refused: tuple[Refused, ...]


class Done(NamedTuple):
    """What all rounds did: the number of findings mended, the files, what was refused last; whether it is settled."""

    findings: int
    files: frozenset[str]
    refused: tuple[Refused, ...]
    settled: bool


def mend(ground: Ground, findings: Iterable[Finding], *, unsafe: bool) -> Mended:
    """Return what the edits of these findings make of their files; nothing is written.

    A file whose work tree holds something else than what was judged is left alone: its edits are refused. Entries are
    made when no key is renamed any more: below a misspelt one there may be just the entry that is missing.
    """
    offered = [one for one in findings if one.edits and (unsafe or all(edit.safe for edit in one.edits))]
    first = [one for one in offered if all(edit.action != "enter" for edit in one.edits)]
    if len(first) < len(offered) and any(edit.action == "rename" for one in first for edit in one.edits):
        mended = _mended(ground, first)
        if mended.files:
            return mended
    return _mended(ground, offered)


def _mended(ground: Ground, offered: list[Finding]) -> Mended:
    wanted: dict[str, list[Edit]] = {}
    entering = [edit for one in offered for edit in one.edits if edit.action == "enter"]
    entered = _entered(ground, entering)
    for edit in dict.fromkeys(edit for finding in offered for edit in finding.edits):
        if edit not in entered.fresh and edit not in entered.refused:
            where = entered.inserted.get(edit, edit)
            wanted.setdefault(where.place.path, []).append(where)
    results = {path: _edited(ground, path, edits) for path, edits in _judged(ground, wanted).items()}
    made = {edit for result in results.values() for edit in result.made}
    made.update(entered.fresh, (edit for edit, insert in entered.inserted.items() if insert in made))
    refused = [one for result in results.values() for one in result.refused]
    refused += [Refused(edit, reason) for edit, reason in entered.refused.items()]
    other = "the work tree holds something else than what was judged: stage or restore it"
    refused += [Refused(edit, other) for path in wanted.keys() - results.keys() for edit in wanted[path]]
    done = tuple(one for one in offered if made.issuperset(one.edits))
    files = entered.files | {path: result.content for path, result in results.items() if result.made}
    return Mended(done, files, tuple(sorted(refused, key=lambda one: one.edit.place)))


def _entered(ground: Ground, edits: list[Edit]) -> Entered:
    from ringfence.commands.entering import NOTHING, enter

    return enter(ground, edits) if edits else NOTHING


def _judged(ground: Ground, wanted: dict[str, list[Edit]]) -> dict[str, list[Edit]]:
    """Return the edits of those files that hold on disk what was judged."""
    paths = [path for path in wanted if _is_plain(ground.git.root, path)]
    now = staged(ground.git, paths)
    return {path: wanted[path] for path in paths if path in now and now[path] == ground.head.tree.entry(path)}


def _is_plain(root: str, path: str) -> bool:
    name = os.path.join(root, path)
    return os.path.isfile(name) and not os.path.islink(name) and is_inside(root, path)


def _edited(ground: Ground, path: str, edits: list[Edit]) -> Edited:
    name = os.path.join(ground.git.root, path)
    try:
        with open(name, "rb") as file:
            content = file.read()
    except OSError as error:
        raise RingfenceError(f"cannot be read: {error.strerror}", where=name) from error
    return apply(content, path, edits)


def write(ground: Ground, mended: Mended) -> None:
    """Write the files. Raises RingfenceError where one cannot be written; each is whole, old or new."""
    for path, content in sorted(mended.files.items()):
        write_atomic(os.path.join(ground.git.root, path), content)


def show(ground: Ground, mended: Mended) -> str:
    """Return the edits as a unified diff, for `git apply` or `patch -p1` at the repository's root."""
    import difflib

    lines: list[str] = []
    for path, content in sorted(mended.files.items()):
        name, before = os.path.join(ground.git.root, path), b""
        if os.path.exists(name):
            with open(name, "rb") as file:
                before = file.read()
        old, new = (one.decode("utf-8").splitlines(keepends=True) for one in (before, content))
        lines += difflib.unified_diff(old, new, f"a/{path}" if before else "/dev/null", f"b/{path}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def tell(done: Done, left: list[Finding], *, written: bool, unsafe: bool) -> None:
    """Say on standard error what was done, what was not, and what is left for whom."""
    by_reason: dict[str, list[Refused]] = {}
    for one in done.refused:
        by_reason.setdefault(one.reason, []).append(one)
    for reason, several in by_reason.items():
        more = f" (and {len(several) - 1} more)" if len(several) > 1 else ""
        sys.stderr.write(f"ringfence: not edited: {several[0].edit.place}: {reason}{more}\n")
    risky = [] if unsafe else [one for one in left if one.fixable == "unsafe"]
    if not done.findings and not risky:
        return
    word = "fixed" if written else "can be fixed:"
    count = f"{_number(done.findings, 'finding')} in {_number(len(done.files), 'file')}"
    said = f"{word} {count if done.findings else 'nothing'}"
    if left:
        said += f"; {len(left)} {'is' if len(left) == 1 else 'are'} left"
    if risky:
        names = ", ".join(sorted({one.name for one in risky}))
        said += f", {len(risky)} of them for --unsafe-fixes ({names})"
    if not done.settled:
        said += "; run it again, there may be more to edit"
    sys.stderr.write(f"ringfence: {said}\n")


def _number(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
