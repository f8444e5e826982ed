"""`ringfence flags`: the flags of the work tree, the rules about them, and whom a rollout takes in."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

from ringfence.commands.ground import Ground
from ringfence.commands.output import emit
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError
from ringfence.domain.flags import percent_of
from ringfence.domain.namedtuple import NamedTuple
from ringfence.domain.names import did_you_mean
from ringfence.readers.static.flags import read_flags

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from ringfence.commands.known import Judged
    from ringfence.domain.flags import Flag, Use


class Listed(NamedTuple):
    """A flag of a project, its uses, and in one or two words how it stands on a day."""

    project: str
    flag: Flag
    uses: tuple[Use, ...]
    state: str


def listing(arguments: argparse.Namespace) -> int:
    """Print the registry's flags by name: type, owner, what each stands at, its last day, and where it is used."""
    with Session(Ground(head=arguments.head, project=arguments.project)) as session:
        found = [one for judged in session.judged for one in _listed(judged, session.today)]
        reporter = import_module(f"ringfence.reporters.flags_{arguments.format}")
        text: str = reporter.flags(found, session.head.tree.label)
        emit(text, arguments.output)
    return 0


def _listed(judged: Judged, today: str) -> Iterable[Listed]:
    flags = read_flags(judged.project)
    for flag in sorted(flags.registry):
        uses = tuple(use for use in flags.uses if use.flag == flag.name)
        yield Listed(judged.project.name, flag, uses, _state(flag, today))


def _state(flag: Flag, today: str) -> str:
    if flag.problem:
        return "malformed"
    last = flag.day("expires")
    over = ", expired" if last is not None and last < today and not flag.permanent else ""
    if flag.killed:
        return f"killed{over}"
    percent = percent_of(flag.rollout)
    if flag.everywhere is None:
        partly = percent is not None and {flag.default, *flag.by_target.values()} == {True}
        return f"{percent:g} %{over}" if partly and percent is not None else f"by target{over}"
    return f"{'on' if flag.everywhere else 'off'}{over}"


def check(arguments: argparse.Namespace) -> int:
    """Judge flags alone: the same as `check --rule RF8`."""
    from ringfence.commands import check as every

    return every.run(arguments)


def bucket(arguments: argparse.Namespace) -> int:
    """Print for each key `on` or `off`, as the flag's rollout takes it in or not, and whatever its switch says.

    Raises RingfenceError where the registry has no such flag, or nothing says the percentage.
    """
    from ringfence.domain.bucket import in_bucket

    with Session(Ground(head="worktree", project=arguments.project)) as session:
        flag, _ = named(session, arguments.name)
    percent = arguments.percent if arguments.percent is not None else percent_of(flag.rollout)
    if percent is None:
        raise RingfenceError(f"the flag {flag.name} has no rollout.percent", do="give one: --percent 25")
    salt = str(flag.rollout.get("salt", flag.name))
    for key in arguments.keys or (line.rstrip("\r\n") for line in sys.stdin):
        sys.stdout.write(f"{'on' if in_bucket(key, salt, percent) else 'off'}\t{key}\n")
    return 0


def named(session: Session, name: str) -> tuple[Flag, Judged]:
    """Return the flag of this name and its project. Raises RingfenceError where there is none, or more than one."""
    found = [(flag, judged) for judged in session.judged for flag in read_flags(judged.project).registry]
    matches = [(flag, judged) for flag, judged in found if flag.name == name]
    if not matches:
        names = [flag.name for flag, _ in found]
        raise RingfenceError(
            f"there is no flag {name}{did_you_mean(name, names)}", do="list them: ringfence flags list"
        )
    if len(matches) > 1:
        folders = ", ".join(judged.project.root or "." for _, judged in matches)
        raise RingfenceError(f"there are several flags {name} ({folders})", do="name the project: --project DIR")
    return matches[0]
