"""Whole projects with broken files: findings or one clear error, never anything else, and every finding has a place."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from consumer import ROOT, Consumer
from ringfence.commands.ground import Ground
from ringfence.commands.judging import chosen_rules, judge
from ringfence.commands.session import Session
from ringfence.domain.errors import RingfenceError

PIECES = (
    *(
        b"{{",
        b"}}",
        b"{%",
        b"%}",
        b"[",
        b"]",
        b"{",
        b"}",
        b":",
        b"- ",
        b"&a ",
        b"*a",
        b"<<: ",
        b"null",
        b'"',
        b"'",
        b"\n",
        b"\t",
    ),
    *(
        b"ref(",
        b"config(",
        b"x" * 50,
        b"\x00",
        b"\xff",
        b"versions: 3",
        b"columns: a",
        b"- 1",
        b"? ",
        b"!!int ",
        b"name: [a]",
    ),
    *(b"tests: {a: 1}", b"2020-01-99", b"config: 5", b"tags: {a: b}", b"enabled: maybe", b"latest_version: {}"),
)


def _broken(content: bytes, chance: random.Random) -> bytes:
    """The content after a handful of edits of bytes and lines."""
    for _ in range(chance.randint(1, 6)):
        kind, place = chance.randrange(5), chance.randrange(len(content) + 1)
        lines = content.split(b"\n")
        line = chance.randrange(len(lines))
        if kind == 0:
            content = content[:place] + chance.choice(PIECES) + content[place:]
        elif kind == 1:
            content = content[:place] + content[place + chance.randint(1, 30) :]
        elif kind == 2:
            lines[line] = lines[line].lstrip() if chance.random() < 0.5 else chance.choice(PIECES) + lines[line]
            content = b"\n".join(lines)
        elif kind == 3:
            content = b"\n".join([*lines[:line], chance.choice(lines), *lines[line:]])
        else:
            content = content[:place] + bytes([chance.randrange(256)]) + content[place + 1 :]
    return content


def _judge(seed: int, count: int, folder: Path) -> None:
    repository = Consumer(folder / "repository")
    base, head = repository.folder / "base", repository.folder / "head"
    ignored = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb", ".user.yml")
    shutil.copytree(ROOT / "examples" / "shop", base, ignore=ignored)
    files = sorted(path.relative_to(base) for path in base.rglob("*") if path.suffix in (".yml", ".sql"))
    chance = random.Random(seed)
    for _ in range(count):
        shutil.rmtree(head, ignore_errors=True)
        shutil.copytree(base, head)
        for _ in range(chance.randint(1, 4)):
            file = head / chance.choice(files)
            file.write_bytes(_broken(file.read_bytes(), chance))
        try:
            session = Session(Ground(head=str(head), base=str(base), folder=str(repository.folder), environment={}))
            judgement = judge(session, chosen_rules([]))
        except RingfenceError:
            continue  # a clear error is as good as a judgement; anything else is neither
        for finding in judgement.findings:
            assert finding.place.line >= 1
            assert finding.place.column >= 1
            assert finding.message
            assert finding.fix
            assert len(finding.fingerprint) == 16


def test_broken_projects_are_judged_or_refused_clearly(tmp_path: Path) -> None:
    _judge(7, 25, tmp_path)


@pytest.mark.slow
def test_many_broken_projects(tmp_path: Path) -> None:
    _judge(8, 2000, tmp_path)
