"""The command line: one table of commands; the module of a command is imported when it is called."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ringfence import __version__
from ringfence.domain.errors import RingfenceError
from ringfence.domain.namedtuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class Argument(NamedTuple):
    """One argument: its flags and what argparse is told."""

    flags: tuple[str, ...]
    options: dict[str, Any]


class Command(NamedTuple):
    """One command: its words, what it is for, the function that runs it, its arguments."""

    words: str
    summary: str
    target: str
    arguments: tuple[Argument, ...]


def _argument(*flags: str, **options: Any) -> Argument:
    return Argument(flags, options)


def _number(text: str) -> int:
    """Return a whole number that is not negative; argparse says of any other text that it is none."""
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


_number.__name__ = "number"  # as argparse calls it in its message


def _share(text: str) -> float:
    """Return a number from 0 to 100."""
    number = float(text)
    if not 0 <= number <= 100:
        raise ValueError(text)
    return number


_share.__name__ = "percentage"

_PROJECT = _argument("--project", metavar="DIR", help="judge only the dbt project in this folder")
_BASE = _argument("--base", metavar="REV", help="compare with this revision (default: see docs/base-and-head.md)")
_OUTPUT = _argument("--output", metavar="FILE", help="write there instead of standard output")
_REASON = _argument("--reason", metavar="TEXT", required=True, help="why; it is recorded")
_WHO = (
    _argument("--ticket", metavar="ID", help="the ticket that asks for it; it is recorded"),
    _argument("--by", metavar="WHO", help="who is at work (default: the identity that git has)"),
)
_PERMIT = _argument(
    "--permit", metavar="ID", help="the merged permit that is spent (default: the only one that may be)"
)
_GUARD = _argument("--guard", choices=("interface", "logic"), help="what is held fast (default: what lock.guard says)")
_MODELS = _argument("models", nargs="*", metavar="MODEL", help="a model's name, with .vN for a version")
_RULE = _argument("--rule", action="append", default=[], metavar="NAME_OR_CODE", help="only this rule or family (RF2)")
_SELECT = (
    _argument(
        "--select",
        action="append",
        default=[],
        metavar="SELECTOR",
        help="print only findings on what a dbt-style selector names (see docs/selection.md)",
    ),
    _argument(
        "--exclude", action="append", default=[], metavar="SELECTOR", help="print no findings on what a selector names"
    ),
)
_CHECK = (
    _argument("paths", nargs="*", metavar="PATH", help="print only findings in these files and folders"),
    _RULE,
    *_SELECT,
    _argument("--from", dest="head", metavar="TREE", help="judge index, worktree or a revision"),
    _BASE,
    _PROJECT,
    _argument(
        "--format",
        choices=("text", "json", "github", "markdown"),
        default="text",
        help="how to print (default: text); markdown is for a comment on a pull request",
    ),
    _OUTPUT,
    _argument("--fix", action="store_true", help="edit the files as the findings say, where nothing dbt does changes"),
    _argument("--unsafe-fixes", action="store_true", help="with --fix or --diff: edits too that change what dbt does"),
    _argument("--diff", action="store_true", help="print what --fix would edit, and edit nothing"),
    _argument("--changed", action="store_true", help="print only findings in files that differ from the base"),
    _argument("--statistics", action="store_true", help="count the findings by rule"),
    _argument("--exit-zero", action="store_true", help="exit with 0 in spite of findings; errors still exit with 2"),
)
# What `lock verify` and `flags check` do not take: they judge all, and nothing of it is mended by an edit.
_OF_CHECK_ALONE = (
    *(("paths",), ("--rule",), ("--fix",), ("--unsafe-fixes",), ("--diff",), ("--changed",)),
    *(argument.flags for argument in _SELECT),
)
_OF_VERIFY: dict[str, Any] = {"rule": ["RF1"], "paths": [], "fix": False, "unsafe_fixes": False, "diff": False}
_FIXED: dict[str, dict[str, Any]] = {
    "check:run": {"left": False},
    "lock:release": {"emergency": False},
    "lock:rename": {"emergency": False},
    "flags:check": {**_OF_VERIFY, "rule": ["RF8"], "select": [], "exclude": [], "changed": False, "left": False},
    "lock:verify": {**_OF_VERIFY, "select": [], "exclude": [], "changed": False, "left": True},
}

COMMANDS = (
    Command("check", "judge the dbt projects of this repository", "check:run", _CHECK),
    Command(
        "diff",
        "show what changed between two states, without a dbt run",
        "diff:run",
        (
            _argument(
                "--base",
                metavar="REV|DIR|MANIFEST",
                help="the state before: a revision, a folder or a manifest.json (default: see docs/base-and-head.md)",
            ),
            _argument(
                "--head",
                metavar="TREE|DIR|MANIFEST",
                help="the state after: index, worktree, a revision, a folder or a manifest.json",
            ),
            _PROJECT,
            _argument(
                "--profile",
                choices=("consumer", "contract", "strict"),
                default="contract",
                help="what counts as breaking",
            ),
            _argument(
                "--format", choices=("text", "json", "markdown"), default="text", help="how to print (default: text)"
            ),
            _OUTPUT,
        ),
    ),
    Command(
        "lock add",
        "lock models; without names every model that should be locked",
        "lock:add",
        (_MODELS, _argument("--reason", metavar="TEXT", help="why; it is recorded"), *_WHO, _GUARD, _PROJECT),
    ),
    Command(
        "lock update",
        "record what locked models are now",
        "lock:update",
        (
            _MODELS,
            _REASON,
            *_WHO,
            _GUARD,
            _PERMIT,
            _argument("--emergency", action="store_true", help="without leave, for a few days, to be settled after"),
            _argument("--days", type=int, metavar="N", help="how long the emergency may stand (lock.emergency_days)"),
            _PROJECT,
        ),
    ),
    Command(
        "lock release",
        "unlock models, leaving a tombstone",
        "lock:release",
        (
            _argument("models", nargs="+", metavar="MODEL", help="a locked model's name"),
            _REASON,
            *_WHO,
            _PERMIT,
            _PROJECT,
        ),
    ),
    Command(
        "lock rename",
        "move the lock of a renamed model, with its history",
        "lock:rename",
        (
            _argument("old", metavar="OLD", help="the name that is locked"),
            _argument("new", metavar="NEW", help="the model's name now"),
            _REASON,
            *_WHO,
            _PERMIT,
            _PROJECT,
        ),
    ),
    Command(
        "lock permit",
        "write a permit, which allows later changes of locks once it is merged",
        "permitting:permit",
        (
            _argument("models", nargs="+", metavar="MODEL", help="a model's name; * for any, or for what guards locks"),
            _argument(
                "--class",
                dest="classes",
                action="append",
                required=True,
                choices=("non-breaking", "breaking", "critical", "policy"),
                help="which changes; policy: of ringfence.yml, CODEOWNERS and hooks",
            ),
            _REASON,
            *_WHO,
            _argument("--days", type=int, default=14, metavar="N", help="how long it holds (default: 14; at most 30)"),
            _PROJECT,
        ),
    ),
    Command(
        "lock status",
        "show every locked model: who changed its lock when, and what waits to be recorded",
        "lock_status:status",
        (
            _MODELS,
            _argument("--released", action="store_true", help="show the tombstones of released locks as well"),
            _PROJECT,
            _argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)"),
        ),
    ),
    Command(
        "lock verify",
        "check every lock against its model, and what a change did to locks and to what guards them",
        "lock:verify",
        tuple(one for one in _CHECK if one.flags not in _OF_CHECK_ALONE),
    ),
    Command(
        "impact",
        "show what rests on a node or one of its columns",
        "impact:run",
        (
            _argument(
                "node", metavar="NODE[.COLUMN]", help="a model, seed, snapshot or source.table, perhaps a column"
            ),
            _argument("--from", dest="head", metavar="TREE", help="look at index, worktree or a revision"),
            _PROJECT,
            _argument(
                "--format", choices=("text", "json", "mermaid"), default="text", help="how to print (default: text)"
            ),
            _OUTPUT,
        ),
    ),
    Command(
        "suggest",
        "rank models by what rests on them, and propose tags",
        "suggest:run",
        (
            _argument("--fan-out", type=_number, default=3, metavar="N", help="more direct dependents are many (3)"),
            _argument(
                "--max-tagged",
                type=_number,
                default=30,
                metavar="PERCENT",
                help="a larger share of models tagged critical or locked is too large (30)",
            ),
            _argument("--limit", type=_number, default=20, metavar="N", help="print the first N models (20; 0: all)"),
            _argument(
                "--select",
                action="append",
                default=[],
                metavar="SELECTOR",
                help="only models that a dbt-style selector names (see docs/selection.md)",
            ),
            _argument(
                "--write", action="store_true", help="write the tags that are proposed here into properties files"
            ),
            _argument("--from", dest="head", metavar="TREE", help="look at index, worktree or a revision"),
            _PROJECT,
            _argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)"),
            _OUTPUT,
        ),
    ),
    Command(
        "flags list",
        "list the feature flags of dbt_project.yml: how each stands, until when, and where it is used",
        "flags:listing",
        (
            _argument("--from", dest="head", metavar="TREE", help="look at index, worktree or a revision"),
            _PROJECT,
            _argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)"),
            _OUTPUT,
        ),
    ),
    Command(
        "flags check",
        "judge the feature flags and their uses, and nothing else",
        "flags:check",
        tuple(one for one in _CHECK if one.flags not in _OF_CHECK_ALONE),
    ),
    Command(
        "flags cleanup",
        "take a feature flag out of the work tree, keeping one of its sides",
        "flags_cleanup:cleanup",
        (
            _argument("name", metavar="NAME", help="the flag"),
            _argument("--keep", choices=("on", "off"), required=True, help="the side that stays"),
            _argument("--diff", action="store_true", help="print what would be edited, and edit nothing"),
            _PROJECT,
        ),
    ),
    Command(
        "flags bucket",
        "show which keys the percentage rollout of a flag takes in",
        "flags:bucket",
        (
            _argument("name", metavar="NAME", help="the flag"),
            _argument("keys", nargs="*", metavar="KEY", help="keys as text (none: one a line from standard input)"),
            _argument("--percent", type=_share, metavar="N", help="another percentage than that of the registry"),
            _PROJECT,
        ),
    ),
    Command(
        "approve",
        "accept one change, by the fingerprint that diff prints",
        "approve:run",
        (_argument("fingerprint", metavar="FINGERPRINT", help="16 digits"), _REASON, _BASE, _PROJECT),
    ),
    Command(
        "known add",
        "accept what is found in the work tree as known, so that only what is new counts",
        "known_findings:add",
        (
            _argument("paths", nargs="*", metavar="PATH", help="only findings in these files and folders"),
            _RULE,
            _REASON,
            _PROJECT,
        ),
    ),
    Command(
        "known update",
        "describe the known findings as they are said now; those that are gone go",
        "known_findings:update",
        (_PROJECT,),
    ),
    Command(
        "known prune", "take known findings off the list that are found no more", "known_findings:prune", (_PROJECT,)
    ),
    Command(
        "cache info",
        "show what is kept from run to run, and where",
        "cache:info",
        (_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)"),),
    ),
    Command("cache clear", "delete what is kept from run to run", "cache:clear", ()),
    Command(
        "doctor",
        "show what a check rests on here, and what there is to do about it",
        "doctor:run",
        (
            _argument("--from", dest="head", metavar="TREE", help="look at index, worktree or a revision"),
            _BASE,
            _PROJECT,
            _argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)"),
        ),
    ),
    Command(
        "rules",
        "list every rule",
        "rules:run",
        (_argument("--format", choices=("text", "json"), default="text", help="how to print (default: text)"),),
    ),
    Command(
        "explain",
        "explain a rule, with examples",
        "explain:run",
        (_argument("rule", metavar="CODE", help="a rule's code or name, such as RF201"),),
    ),
)


def parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the whole command line, as --help and the documentation show it; `only` leaves one word's commands."""
    top = argparse.ArgumentParser(
        prog="ringfence",
        description="Layers of defence for dbt projects, asked before any dbt run.",
        formatter_class=_formatter,
    )
    top.add_argument("--version", action="version", version=f"ringfence {__version__}")
    # the program's name is given: working it out, argparse would load what formats its help
    first = top.add_subparsers(dest="command", metavar="COMMAND", required=True, prog=top.prog)
    groups: dict[str, Any] = {}
    for command in COMMANDS:
        head, _, rest = command.words.partition(" ")
        if only not in (None, head):
            continue
        parent = first
        if rest:
            if head not in groups:
                group = first.add_parser(head, help=f"{head} commands")
                groups[head] = group.add_subparsers(
                    dest="subcommand", metavar="COMMAND", required=True, prog=f"{top.prog} {head}"
                )
            parent = groups[head]
        sub = parent.add_parser(
            rest or head,
            help=command.summary,
            description=f"{command.summary[0].upper()}{command.summary[1:]}.",
            formatter_class=_formatter,
        )
        for argument in command.arguments:
            sub.add_argument(*argument.flags, **argument.options)
        sub.set_defaults(target=command.target, **_FIXED.get(command.target, {}))
    return top


def _formatter(prog: str) -> argparse.HelpFormatter:
    """Return what formats help, as wide as the terminal: left to itself, argparse loads shutil for it in every run."""
    try:
        columns = int(os.environ.get("COLUMNS", "")) or os.get_terminal_size(1).columns
    except (ValueError, OSError):
        columns = 80
    return argparse.HelpFormatter(prog, width=columns - 2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 clean, 1 findings, 2 anything that kept it from judging."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # One short run makes many small values and no cycles worth collecting: 40 % of the time for 1,000 models.
    gc.disable()
    words = sys.argv[1:] if argv is None else list(argv)
    known = {command.words.partition(" ")[0] for command in COMMANDS}
    arguments = parser(words[0] if words and words[0] in known else None).parse_args(words)
    module, _, function = arguments.target.partition(":")
    try:
        code: int = getattr(import_module(f"ringfence.commands.{module}"), function)(arguments)
        sys.stdout.flush()
    except RingfenceError as error:
        sys.stderr.write(f"ringfence: error: {error}\n")
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nobody is there to tell
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("ringfence: interrupted\n")
        return 130
    except Exception as error:
        if os.environ.get("RINGFENCE_DEBUG"):
            raise
        sys.stderr.write(
            f"ringfence: internal error: {type(error).__name__}: {error}\n"
            "    fix: run again with RINGFENCE_DEBUG=1 and report what it prints\n"
        )
        return 2
    return code


if __name__ == "__main__":
    sys.exit(main())
