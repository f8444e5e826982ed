"""`check` and `lock verify` as Markdown: what a reviewer sees in a comment on the pull request."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands.test_warm_is_cold import printed
from consumer import Consumer
from ringfence.commands.recall import Judgement
from ringfence.domain.finding import Finding, Subject, Undecidable
from ringfence.domain.place import Place
from ringfence.reporters.markdown_format import findings

HERE = Place("models/a.yml", 3, 5)


def _finding(message: str = "x", code: str = "RF201", severity: str = "error", value: str | None = None) -> Finding:
    made = Finding(message, HERE, Subject("model", "a"), 'type: ringfence lock update a --reason "WHY"')
    return made._replace(
        code=code, name="locked-rule" if code == "RF101" else "some-rule", severity=severity, old=value, new=value
    )


def _text(*found: Finding, undecided: tuple[Undecidable, ...] = (), accepted: int = 0) -> str:
    return findings(Judgement(found, undecided, 1, accepted), "uvx ringfence")


def test_nothing_found() -> None:
    assert _text() == "## ringfence: nothing found\n\n1 project judged.\n"


def test_findings_by_severity_and_what_is_undecided() -> None:
    unsure = Undecidable("RF201", "contract-missing", Subject("model", "m"), "target.name", HERE)
    text = _text(
        _finding("one", severity="warning"), _finding("two"), _finding("three", severity="info"),
        undecided=(unsure,), accepted=2,
    )  # fmt: skip
    fix = 'type: uvx ringfence lock update a --reason "WHY"'
    head = "| where | rule | what | what to do |\n| --- | --- | --- | --- |\n"
    assert text == (
        "## ringfence: 1 error, 1 warning, 1 note\n\n"
        f"### Errors (1)\n\n{head}| models/a.yml:3:5 | RF201 some-rule | two | {fix} |\n\n"
        f"### Warnings (1)\n\n{head}| models/a.yml:3:5 | RF201 some-rule | one | {fix} |\n\n"
        f"### Notes (1)\n\n{head}| models/a.yml:3:5 | RF201 some-rule | three | {fix} |\n\n"
        "### Undecided: neither passed nor failed (1)\n\n| where | rule | what | why |\n| --- | --- | --- | --- |\n"
        "| models/a.yml:3:5 | RF201 contract-missing | model m | target.name |\n\n"
        "1 project judged, 2 accepted before.\n"
    )


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a|b", "a\\|b"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("`code` *b* _i_ ~~s~~ [x](y)", "\\`code\\` \\*b\\* \\_i\\_ \\~\\~s\\~\\~ \\[x\\](y)"),
        ("@team fixes #12 &amp;", "&#64;team fixes &#35;12 &amp;amp;"),
        ("two\nlines\x1b[31m", "two lines \\[31m"),
        ("a\\|b", "a\\\\\\|b"),
    ],
)
def test_text_stays_text(written: str, shown: str) -> None:
    assert f"| {shown} |" in _text(_finding(written))


def test_a_long_list_is_cut() -> None:
    text = _text(*(_finding(f"number {number}") for number in range(50)))
    assert "### Errors (50)" in text
    assert "number 19 |" in text
    assert "number 20 |" not in text
    assert "\nand 30 more\n" in text


def test_whatever_is_found_fits_into_one_comment() -> None:
    long = "|" * 5_000
    found = [
        _finding(long, severity=severity, code=code, value=long)
        for severity in ("error", "warning", "info")
        for code in ("RF101", "RF201")
        for _ in range(400)
    ]
    unsure = Undecidable("RF201", "contract-missing", Subject("model", long), long, HERE)
    text = _text(*found, undecided=(unsure,) * 400)
    assert len(text) <= 60_000
    assert "### Locked models that changed (1200)" in text
    assert "...|" not in text
    assert "... |" in text


def test_locked_models_stand_first_with_old_and_new(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "shop")
    made.write(
        {
            "dbt_project.yml": "name: shop\n",
            "models/orders.sql": "{{ config(tags=['locked']) }} select 1 as id, 2 as amount",
            "models/daily.sql": "select amount as revenue from {{ ref('orders') }}",
            "models/x.yml": "models:\n  - name: orders\n    columns:\n      - {name: amount, data_type: integer}\n",
        }
    )
    assert made.commit().code == 0
    assert made.ringfence("lock", "add").code == 0
    made.git("add", "-A")
    assert made.commit().code == 0
    made.edit("models/x.yml", "integer", "text")
    for command in (["check", "--rule", "RF101"], ["lock", "verify"]):
        code, out, _ = printed(made, "off", *command, "--from", "worktree", "--format", "markdown")
        assert code == 1
        assert out.startswith(
            "## ringfence: 1 error\n\n### Locked models that changed (1)\n\n"
            "| model | what | before | after | who reads it | what to do |\n| --- | --- | --- | --- | --- | --- |\n"
            "| orders.amount | RF101 locked model orders changed: "
        )
        assert " | integer | text | 1 of 1 model downstream uses it (daily.revenue) | undo the change, or type: " in out
        assert out.endswith("\n\n1 project judged.\n")
