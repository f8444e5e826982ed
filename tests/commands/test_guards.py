"""Files that guard locks, filled with what nobody should write: a verdict or a reason, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer import Consumer

LOCK = "ringfence/locks/m.yml"
GUARDS = (
    LOCK,
    "ringfence/permits/p.yml",
    "CODEOWNERS",
    ".github/CODEOWNERS",
    ".pre-commit-config.yaml",
    ".pre-commit-config.yml",
    "prek.toml",
)
NONSENSE = {
    "empty": b"",
    "nul": b"\0\0",
    "not utf-8": b"\xff\xfe\xfd",
    "brackets": b"[" * 100_000,
    "a list": b"- 1\n- {a: b}\n",
    "a scalar": b"7\n",
    "lists of lists": b"repos: [[1], {hooks: 3}, {repo: [], hooks: [1, {id: [], entry: {}, args: {a: 1}}]}]\n"
    b"ci: [skip]\n",
    "a lock of wrong kinds": b"version: 1\nmodel: m\nguard: [x]\ninterface: {columns: {a: b}, unknown: 3, tags: [x]}\n"
    b"changes: [1, {date: [], class: {}, what: 3, expires: 99}, {date: 2026-13-45, class: breaking}]\n",
    "a permit of wrong kinds": b"id: p\nmodels: {a: b}\nclasses: [policy]\nreason: [x]\nby: 3\ncreated: 1\n",
    "brackets in owners": b"[\n[]\n^[x\n[x][y][z] @a\n!\n!*\n\\\n** @a @b#c # d\n[Sec] @d\n*/*/**/ @e\n",
}


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
@pytest.mark.parametrize("side", ["head", "base"])
def test_nonsense(tmp_path: Path, content: bytes, side: str) -> None:
    made = Consumer(tmp_path / "shop")
    made.write(
        {
            "dbt_project.yml": "name: shop\n",
            "models/m.sql": "{{ config(tags='locked') }} select 1 as a",
            "ringfence.yml": 'lock: {approval: prior, approvers: {breaking: ["@a"]}}\n',
            ".pre-commit-config.yaml": "repos: [{repo: 'https://x/y', rev: v, hooks: [{id: ringfence}]}]\n",
            "CODEOWNERS": "* @a\n",
        }
    )
    assert made.ringfence("lock", "add").code == 0
    if side == "head":
        assert made.commit().code == 0
    kept = {path: (made.folder / path).read_bytes() for path in GUARDS if (made.folder / path).exists()}
    for path in GUARDS:
        target = made.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if side == "base":
        assert made.commit().code == 0
        for path in GUARDS:
            (made.folder / path).unlink()
            if path in kept:
                (made.folder / path).write_bytes(kept[path])
    result = made.ringfence("lock", "verify", "--base", "HEAD")
    assert result.code in ((1,) if side == "head" else (0, 1)), result.all
    assert "internal error" not in result.all
    assert "Traceback" not in result.all
