"""Cases in Markdown: at once tests and documentation.

A file is an introduction and `## title` sections. A section holds prose, files (a line with only a path in backticks,
then a fenced block) and, where findings are expected, a block fenced as `findings` with one `path:line:column CODE`
line each, message after it. Without that block nothing may be found. A path followed by "after `--fix`" (or "after
`--fix --unsafe-fixes`") stands before what the file holds then. Paths under `previous/` are the base; lines such
as `unknown: a, b` are marks (`endings: crlf` writes the files with CRLF, `rules:` names rules that are judged as well).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

_STATES = "In the examples `previous/` is the base and `current/` what is judged; every other file is in both."
_FILE = re.compile(r"^`([^`]+)`$")
_FIXED = re.compile(r"^`([^`]+)` after `--fix( --unsafe-fixes)?`$")
_MARK = re.compile(r"^(unknown|invalid|base|undecided|endings|rules): (.+)$")


class Case(NamedTuple):
    """One section: its files by path, its marks, the findings it expects (none: silence).

    `fixed` is what files hold after their edits, by path and whether the unsafe ones are made too.
    """

    area: str
    title: str
    prose: str
    files: dict[str, str]
    marks: dict[str, frozenset[str]]
    findings: tuple[str, ...]
    text: str
    fixed: dict[tuple[str, bool], str]

    @property
    def slug(self) -> str:
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-")

    @property
    def id(self) -> str:
        return f"{self.area}/{self.slug}"


def read_cases(path: Path) -> list[Case]:
    """All cases of one file, or of every file of a folder."""
    if path.is_dir():
        return [case for file in sorted(path.glob("*.md")) for case in read_cases(file)]
    _, sections = split(path.read_text(encoding="utf-8"))
    return [_case(path.stem, title, lines) for title, lines in sections]


def split(text: str) -> tuple[str, list[tuple[str, list[str]]]]:
    """The introduction and each section with its lines; headings inside fences are content."""
    introduction: list[str] = []
    sections: list[tuple[str, list[str]]] = []
    fenced = False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        if line.startswith("## ") and not fenced:
            sections.append((line[3:].strip(), []))
        else:
            (sections[-1][1] if sections else introduction).append(line)
    return "\n".join(introduction).strip(), sections


def explanation(path: Path) -> str:
    """The introduction of a case file, its first case that is reported (and mended) and its first that is not."""
    introduction, _ = split(path.read_text(encoding="utf-8"))
    cases = read_cases(path)
    opening = introduction.partition("\n")[2].strip() if introduction.startswith("# ") else introduction
    if any(path.startswith("previous/") for case in cases for path in case.files):
        opening += f"\n\n{_STATES}"
    reported = [case for case in cases if case.findings]
    told = [("Reported", next((case for case in reported if case.fixed), reported[0]))]
    told.append(("Not reported", next(case for case in cases if not case.findings)))
    parts = [opening]
    parts += [f"## {heading}: {case.title}\n\n{case.text.strip()}" for heading, case in told]
    return "\n\n".join(part for part in parts if part) + "\n"


def _case(area: str, title: str, lines: list[str]) -> Case:
    prose: list[str] = []
    files: dict[str, str] = {}
    marks: dict[str, frozenset[str]] = {}
    findings: list[str] = []
    fixed: dict[tuple[str, bool], str] = {}
    path, after = "", None
    for line, block in _blocks(lines):
        if block is not None and line == "```findings":
            findings += [one for one in block if one.strip()]
        elif block is not None:
            text = "".join(f"{each}\n" for each in block)
            if after is None:
                files[path] = text
            else:
                fixed[path, after] = text
        elif found := _FILE.match(line):
            path, after = found[1], None
        elif found := _FIXED.match(line):
            path, after = found[1], found[2] is not None
        elif found := _MARK.match(line):
            marks[found[1]] = frozenset(part.strip() for part in found[2].split(","))
        elif line:
            prose.append(line)
    return Case(area, title, " ".join(prose), files, marks, tuple(findings), "\n".join(lines), fixed)


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str] | None]]:
    """Each line outside fences, and each fenced block with its opening line."""
    opened = ""
    content: list[str] | None = None
    for line in lines:
        if line.startswith("```") and content is None:
            opened, content = line, []
        elif line.startswith("```") and content is not None:
            yield opened, content
            content = None
        elif content is not None:
            content.append(line)
        else:
            yield line, None
