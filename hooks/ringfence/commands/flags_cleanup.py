"""`ringfence flags cleanup`: take a flag out of a project, keeping one of its sides."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ringfence.commands import fix
from ringfence.commands.flags import named
from ringfence.commands.ground import Ground
from ringfence.commands.output import emit
from ringfence.commands.session import Session
from ringfence.domain.document import Mapping
from ringfence.domain.edit import Edit
from ringfence.domain.errors import RingfenceError
from ringfence.domain.flagnames import OVERRIDE, REGISTRY, macro_of
from ringfence.readers.static.flags import read_flags
from ringfence.sql import template
from ringfence.sql.terms import Const
from ringfence.text.edits import apply
from ringfence.text.flagcode import clean
from ringfence.text.tags import TemplateError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from ringfence.commands.known import Judged
    from ringfence.domain.flags import Flag, Flags
    from ringfence.domain.place import Place

_SHOWN = 10


def cleanup(arguments: argparse.Namespace) -> int:
    """Edit the work tree, or with --diff print the edits. Raises RingfenceError, editing nothing, where a use is left.

    Lines in which a condition became a constant are named on standard error.
    """
    keep = arguments.keep == "on"
    with Session(Ground(head="worktree", project=arguments.project)) as session:
        flag, judged = named(session, arguments.name)
        flags = read_flags(judged.project)
        _refuse_hidden(flag, flags)
        files: dict[str, bytes] = {}
        constants: list[str] = []
        for path in sorted({use.place.path for use in flags.uses if use.flag == flag.name}):
            content, lines = _cleaned(session, path, flag.name, keep=keep)
            files[path] = content
            constants += [f"{path}:{line}" for line in lines]
        settings = judged.project.package.layout.path
        files[settings] = _without_entry(session, judged, flag)
        mended = fix.Mended((), files, ())
        if arguments.diff:
            emit(fix.show(session.ground, mended), None)
        else:
            fix.write(session.ground, mended)
    _tell(flag.name, arguments.keep, len(files), constants, written=not arguments.diff)
    return 0


def _refuse_hidden(flag: Flag, flags: Flags) -> None:
    """Raise RingfenceError where something asks for the flag that cannot be edited, or may do so unseen."""
    own = [use for use in flags.uses if use.flag == flag.name]
    reasons = {
        "only a run knows which flag this asks for": [use for use in flags.uses if use.flag is None],
        "a template in YAML is edited by hand": [use for use in own if use.where in ("properties", "settings")],
        "another package asks for it": [use for use in own if use.where == "package"],
        "ringfence_kill names it: take it off there first": [
            use for use in flags.overrides if use.flag == flag.name and use.call == "kill switch"
        ],
    }
    for reason, uses in reasons.items():
        if uses:
            places = ", ".join(str(use.place) for use in uses[:_SHOWN])
            more = f" and {len(uses) - _SHOWN} more" if len(uses) > _SHOWN else ""
            raise RingfenceError(f"{flag.name} cannot be taken out: {reason}", where=f"{places}{more}")
    if flags.unseen is not None:
        raise RingfenceError(f"{flag.name} cannot be taken out: {flags.unseen.reason}")


def _cleaned(session: Session, path: str, flag: str, *, keep: bool) -> tuple[bytes, tuple[int, ...]]:
    """Return a template without the flag, and the lines of constants. Raises RingfenceError where that cannot be done.

    What comes out is read again: it parses, and asks for the flag no more.
    """
    content = _read(session, path)
    try:
        text = content.decode("utf-8")
        cleaned = clean(text, flag, keep=keep)
    except (UnicodeDecodeError, TemplateError) as error:
        line = content[: error.at].count(b"\n") + 1 if isinstance(error, TemplateError) else 1
        raise RingfenceError(f"{flag} cannot be taken out: {error}", where=f"{path}:{line}") from error
    facts = template.read(cleaned.text)
    before = template.read(text)
    left = next(
        (call.line for block in facts.blocks for call in block.calls if _asks(call.name, call.args, flag)), None
    )
    if left is not None or (facts.error is not None and before.error is None):
        raise RingfenceError(
            f"{flag} cannot be taken out: this use is written in a way that is edited by hand",
            where=f"{path}:{left or 1}",
        )
    return cleaned.text.encode("utf-8"), cleaned.constants


def _asks(name: str, args: tuple[object, ...], flag: str) -> bool:
    return macro_of(name) is not None and args[:1] == (Const(flag),)


def _read(session: Session, path: str) -> bytes:
    name = os.path.join(session.git.root, path)
    if os.path.islink(name):
        raise RingfenceError("is a link: what it points to is edited by hand", where=path)
    try:
        with open(name, "rb") as file:
            return file.read()
    except OSError as error:
        raise RingfenceError(f"cannot be read: {error.strerror}", where=path) from error


def _without_entry(session: Session, judged: Judged, flag: Flag) -> bytes:
    """Return dbt_project.yml without the flag's entry and its variable. Raises RingfenceError where that is refused."""
    path = judged.project.package.layout.path
    content = _read(session, path)
    for place in _leftovers(judged, flag.name):
        edited = apply(content, path, [Edit("remove", place)])
        if edited.refused:
            refused = edited.refused[0]
            raise RingfenceError(f"{flag.name} cannot be taken out: {refused.reason}", where=str(refused.edit.place))
        content = edited.content
    return content


def _leftovers(judged: Judged, name: str) -> list[Place]:
    """Return the keys of dbt_project.yml that go with a flag, from the file's end; no mapping is left empty."""
    settings = judged.project.package.layout.document
    variables = settings.get("vars")
    found: list[Place] = []
    if isinstance(variables, Mapping):
        own = variables.get(judged.project.name)
        if isinstance(own, Mapping):
            found += _emptied(own, name, variables, judged.project.name)
        found += _emptied(variables, name, settings, "vars")
    return sorted(set(found), reverse=True)


def _emptied(held: Mapping, name: str, parent: Mapping, key: str) -> Iterator[Place]:
    """Yield the keys to remove of one mapping of variables; where nothing would be left of it, its own key."""
    gone = {one for one in held.entries() if one == f"{OVERRIDE}{name}"}
    registry = held.get(REGISTRY)
    if isinstance(registry, Mapping) and name in registry.entries():
        if len(registry.entries()) == 1:
            gone.add(REGISTRY)
        elif (entry := registry.key(name)) is not None:
            yield entry.place
    whole = gone and len(gone) == len(held.entries())
    places = [parent.key(key)] if whole else [held.key(one) for one in gone]
    yield from (place.place for place in places if place is not None)


def _tell(name: str, side: str, files: int, constants: list[str], *, written: bool) -> None:
    count = f"{files} file{'' if files == 1 else 's'}"
    done = f"took {name} out of {count}" if written else f"would take {name} out of {count}"
    sys.stderr.write(f"ringfence: {done}, and {'kept' if written else 'keep'} what it is when {side}\n")
    if constants:
        sys.stderr.write(f"ringfence: a constant stands in its place, to be simplified: {', '.join(constants)}\n")
