"""Runs a git state under pre-commit, prek and over a range, and asks an oracle that never reads an index."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from consumer import Consumer, Result, clean_environment, shop
from gitrepo import Repository
from ringfence.reporters.clean import printable

MARTS = "models/marts/marts.yml"
REACHED = "every hook before the message has passed"
PRE_COMMIT = (sys.executable, "-m", "pre_commit")
PREK = (str(Path(sys.executable).parent / "prek"),)
TOOLS = {"pre-commit": PRE_COMMIT, "prek": PREK}
TIMES = {"pre-commit": 2, "prek": 1}
_ENFORCED, _FREE = "contract: {enforced: true}", "contract: {enforced: false}"
_FINDING = re.compile(r"\s*(?P<place>\S.*:\d+:\d+): (?P<code>RF\d+) \S+  (?:\[\w+\] )?(?P<message>.*)")
_ONE_BY_ONE = """
import contextlib, io, json, sys
from ringfence.cli import main

for words in json.loads(sys.argv[1]):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(words)
    print(json.dumps([code, out.getvalue(), err.getvalue()]))
"""
_EXIT = re.compile(r"^- exit code: (\d+)$", re.MULTILINE)


class Shop(Repository):
    """The shop on branch work, one commit after main, with both tools' hooks at hand."""

    @classmethod
    def beside(cls, other: Repository, folder: Path) -> Shop:
        """A working folder that is there already, in the environment of another one."""
        made = cls.__new__(cls)
        made.folder, made.environment = folder, dict(other.environment)
        return made

    def weaken(self, inside: str = "") -> None:
        """Take the contract of dim_customers away, on disk."""
        self.edit(inside + MARTS, _ENFORCED, _FREE)

    def restore(self, inside: str = "") -> None:
        """Give it back, on disk."""
        self.edit(inside + MARTS, _FREE, _ENFORCED)

    def weakened(self, inside: str = "") -> str:
        """The properties file without that contract."""
        return (self.folder / inside / MARTS).read_text(encoding="utf-8").replace(_ENFORCED, _FREE, 1)

    def blob(self, content: str) -> str:
        """Write an object and return its id."""
        file = self.folder.parent / "content"
        file.write_bytes(content.encode())
        return self.git("hash-object", "-w", "--no-filters", str(file))

    def stage(self, path: str, content: str, mode: str = "100644") -> None:
        """Put content into the index alone, as a partial stage does."""
        self.git("update-index", "--add", "--cacheinfo", f"{mode},{self.blob(content)},{path}")

    def readme(self) -> None:
        """Stage a change that nobody minds."""
        self.write({"README.md": "# Shop\n"})
        self.git("add", "README.md")


class Attempt(NamedTuple):
    """How the state is to be judged.

    `words` are a git command that makes a commit, or nothing where the hooks are run by hand. `undo` brings the state
    back after it was stopped. `base` is what CI would compare with, None for nothing at all; `head` is the commit of
    what is staged where the state has made it already, `tag` the name it is to be given. `refusing` are the tools
    that stop on their own here, before any hook, and what they say.
    """

    words: tuple[str, ...] = ("commit",)
    folder: str = ""
    env: Mapping[str, str] = {}
    base: str | None = "main"
    undo: tuple[str, ...] = ()
    hook: str = "pre-commit"
    tag: str | None = None
    head: str | None = None
    at: Shop | None = None
    refusing: Mapping[str, str] = {}


class Verdict(NamedTuple):
    """Exit class and findings, each as `path:line:column: code message`."""

    code: int
    findings: tuple[str, ...]
    said: str

    @property
    def codes(self) -> str:
        """The codes of the findings, each once."""
        return " ".join(sorted({re.findall(r": (RF\d+) ", one)[-1] for one in self.findings}))

    def same(self, other: Verdict) -> bool:
        """True where both say the same."""
        return (self.code, self.findings) == (other.code, other.findings)


class Kit:
    """What is made once and copied for each state: the repository and the hook scripts of both tools."""

    def __init__(self, folder: Path, hooks: Path, caches: Mapping[str, str]) -> None:
        self.template = folder / "shop"
        made = shop(self.template, **caches)
        self.environment = made.environment
        rev = made.run("git", "-C", str(hooks), "rev-parse", "HEAD").out.strip()
        config = f"repos:\n  - repo: {hooks}\n    rev: {rev}\n    hooks:\n      - id: ringfence\n"
        made.write({".pre-commit-config.yaml": config})
        assert made.commit("the shop").code == 0
        made.git("checkout", "-q", "-b", "work")
        self.scripts = {
            (tool, kind): self._script(made, tool, kind)
            for tool in TOOLS
            for kind in ("pre-commit", "pre-merge-commit", "pre-push")
        }

    def _script(self, made: Consumer, tool: str, kind: str) -> str:
        file = made.folder / ".git" / "hooks" / kind
        file.unlink(missing_ok=True)
        done = made.run(*TOOLS[tool], "install", "-t", kind)
        assert done.code == 0, done.all
        text = file.read_text(encoding="utf-8")
        file.unlink()
        return text

    def shop(self, folder: Path) -> Shop:
        """A fresh copy."""
        shutil.copytree(self.template, folder, symlinks=True)
        made = Shop.at(folder)
        made.environment = dict(self.environment)
        made.git("update-index", "-q", "--refresh")
        return Shop.beside(made, folder)

    def install(self, made: Repository, tool: str, kind: str) -> None:
        """Put the tool's hook into the repository, and behind it one that stops every commit."""
        hooks = Path(made.git("rev-parse", "--git-path", "hooks"))
        folder = hooks if hooks.is_absolute() else made.folder / hooks
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in (
            (kind, self.scripts[tool, kind]),
            ("commit-msg", f"#!/bin/sh\necho '{REACHED}' >&2\nexit 1\n"),
        ):
            (folder / name).write_text(text, encoding="utf-8")
            (folder / name).chmod(0o755)


def hooked(kit: Kit, made: Shop, attempt: Attempt, tool: str, times: int) -> list[Verdict]:
    """The verdicts of the installed hook; the repository is left as it was. It finds no cache the first time."""
    if attempt.words:
        kit.install(made, tool, attempt.hook)
    return [_hooked(made, attempt, tool) for _ in range(times)]


def _hooked(made: Shop, attempt: Attempt, tool: str) -> Verdict:
    folder = made.folder / attempt.folder
    if not attempt.words:
        return read_text(made.run(*TOOLS[tool], "run", env=attempt.env, cwd=folder))
    done = made.run("git", *_spoken(attempt), env=attempt.env, cwd=folder)
    assert done.code, "the hook behind ours stops every commit"
    if attempt.undo:
        made.git(*attempt.undo)
    passed = REACHED in done.all
    verdict = read_text(done._replace(code=0 if passed else done.code))
    assert passed or verdict.code, done.all
    return verdict


def ranged(made: Shop, attempt: Attempt, head: str, base: str) -> list[Verdict]:
    """The verdicts over the range, as CI would have it: with an empty cache, and after the base has been judged."""
    asked = [["check", "--from", name, "--base", base, "--format", "json"] for name in (head, base, head)]
    env = {key: value for key, value in attempt.env.items() if key != "GIT_INDEX_FILE"}
    done = made.run(sys.executable, "-c", _ONE_BY_ONE, json.dumps(asked), env=env, cwd=made.folder / attempt.folder)
    first, _, again = [read_json(Result(*json.loads(line))) for line in done.out.splitlines()]
    return [first, again]


def by_hand(made: Shop, attempt: Attempt) -> Verdict:
    """The verdict of the command that a hook runs, where no tool comes that far."""
    env = {**attempt.env, "PRE_COMMIT": "1"}
    return read_json(made.ringfence("check", "--format", "json", env=env, cwd=made.folder / attempt.folder))


def committed(made: Shop, attempt: Attempt) -> tuple[str, str]:
    """Make the commit past all hooks, and return head and base: git itself says what the tree is."""
    folder = made.folder / attempt.folder
    base = made.git("rev-parse", attempt.base) if attempt.base else empty_tree(made)
    if attempt.head:
        head = attempt.head
    elif attempt.words:
        words = _spoken(attempt)
        done = made.run("git", words[0], "--no-verify", *words[1:], env=attempt.env, cwd=folder)
        assert done.code == 0, done.all
        head = made.git("rev-parse", "HEAD")
    else:
        tree = made.run("git", "write-tree", env=attempt.env, cwd=folder).out.strip()
        head = made.git("commit-tree", "-m", "judged", tree)
    if attempt.tag:
        made.git("tag", "-a", "-m", "told", attempt.tag, head)
        return attempt.tag, attempt.base or base
    return head, base


def empty_tree(made: Repository) -> str:
    """The id of the tree without files."""
    return made.git("hash-object", "-t", "tree", "-w", "/dev/null")


def oracle(made: Shop, head: str, base: str, folder: Path, inside: str = "") -> Verdict:
    """The verdict of a plain checkout: a new repository with the two trees, nothing else, and no cache."""
    plain = {"GIT_NO_REPLACE_OBJECTS": "1"}
    trees = [made.run("git", "rev-parse", f"{name}^{{tree}}", env=plain).out.strip() for name in (head, base)]
    objects = Path(made.git("rev-parse", "--git-path", "objects"))
    fresh = Repository.__new__(Repository)
    fresh.folder, fresh.environment = folder, clean_environment()
    folder.mkdir()
    fresh.git("init", "-q", "-b", "main", f"--object-format={made.git('rev-parse', '--show-object-format')}")
    fresh.git("config", "user.name", "Tester")
    fresh.git("config", "user.email", "tester@example.com")
    real = objects if objects.is_absolute() else made.folder / objects
    fresh.write({".git/objects/info/alternates": f"{real}\n"})
    first = fresh.git("commit-tree", "-m", "base", trees[1])
    second = fresh.git("commit-tree", "-m", "head", "-p", first, trees[0])
    fresh.git("reset", "-q", "--hard", second)
    words = ("check", "--from", second, "--base", first, "--format", "json")
    return read_json(fresh.ringfence(*words, cwd=folder / inside))


def read_text(done: Result) -> Verdict:
    """What a tool printed of our hook."""
    found = [match for line in done.all.splitlines() if (match := _FINDING.fullmatch(line))]
    told = _EXIT.search(done.all)
    code = int(told[1]) if told else done.code
    findings = sorted(f"{match['place']}: {match['code']} {match['message']}" for match in found)
    return Verdict(code, tuple(findings), done.all)


def read_json(done: Result) -> Verdict:
    """What our own command printed."""
    if done.code == 2:
        return Verdict(2, (), done.all)
    found = json.loads(done.out)["findings"]
    findings = [
        printable(f"{one['path']}:{one['line']}:{one['column']}: {one['code']} {one['message']}") for one in found
    ]
    return Verdict(done.code, tuple(sorted(findings)), done.all)


def _spoken(attempt: Attempt) -> tuple[str, ...]:
    return (attempt.words[0], "-m", "judged", *attempt.words[1:])
