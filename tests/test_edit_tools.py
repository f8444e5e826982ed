"""The tools that mine edits: judges on texts of which we know what they say, and a small history of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

import compare_edits
import mine_edits
from consumer import Consumer
from edit_cosmetic import cosmetic_sql, cosmetic_yaml
from edit_history import Edit
from edit_real import real

SQL = "select a, b -- why\nfrom {{ ref('o') }}\nwhere a > 1\n"


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (SQL.replace("why", "because"), "comment changed"),
        (SQL.replace(" -- why", ""), "comment removed"),
        (SQL.replace("where", "-- and\nwhere"), "comment added"),
        (SQL.replace("from", "{# x #}\nfrom"), "Jinja comment added"),
        (SQL.replace("select", "SELECT"), "keyword case"),
        (SQL.replace("where", "\n\nwhere"), "blank lines"),
        (SQL.replace("where", "    where"), "indentation"),
        (SQL.replace("a, b", "a,\n  b"), "line breaks"),
        (SQL.replace("a, b", "a,  b"), "spaces inside lines"),
        (SQL.replace("{{ ref('o') }}", "{{ref('o')}}"), "white space in Jinja"),
        (SQL.replace("\n", " \n"), "trailing white space"),
        (SQL.rstrip(), "end of file"),
        (SQL.replace("\n", "\r\n"), "line endings"),
        (SQL.replace("ref('o')", "ref('O')"), None),
        (SQL.replace("a > 1", "a > 2"), None),
        (SQL.replace("from {{", "from {{-"), None),  # fromo
        (SQL.replace("\nfrom {{", "\n{#- x #}from {{"), None),  # the comment goes on
        (SQL.replace("-- why", "-- {{ lines() }}"), None),
    ],
)
def test_the_judge_of_sql(new: str, kind: str | None) -> None:
    assert cosmetic_sql(SQL, new) == kind


YAML = "models:\n  - name: a\n    description: x y\n  - name: b\n"


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        ("# all\n" + YAML, "YAML comment added"),
        (YAML.replace("x y", "'x y'"), "YAML quoting style"),
        ("models: [{name: a, description: x y}, {name: b}]\n", "YAML flow and block style"),
        ("models:\n  - description: x y\n    name: a\n  - name: b\n", "key order"),
        ("models:\n  - name: b\n  - name: a\n    description: x y\n", "entries moved"),
        (YAML.replace("x y", "x z"), None),
        (YAML.replace("x y", "x y\n    description: x y"), None),  # a key twice
        (YAML.replace("models", "seeds"), None),
        ("models: [", None),
    ],
)
def test_the_judge_of_yaml(new: str, kind: str | None) -> None:
    assert cosmetic_yaml(YAML, new) == kind


BODY = "macro body"


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("models/m.sql", "select a from b left join c on x = y", "select a from b join c on x = y", "join type"),
        ("models/m.sql", "select a from b where x > 1", "select a from b where x >= 1", "filter"),
        ("models/m.sql", "select a from b join c on x = y", "select a from b join c on x = z", "join condition"),
        ("models/m.sql", "select a from b", "select cast(a as date) from b", "cast"),
        ("models/m.sql", "select a from b", "select a, c from b", "column added"),
        ("models/m.sql", "select a, f(x, c) from b", "select a, f(x) from b", "expression"),
        ("models/m.sql", "select a, c from b", "select a from b", "column removed"),
        ("models/m.sql", "select a from b", "select distinct a from b", "distinct"),
        ("models/m.sql", "select 1 union select 2", "select 1 union all select 2", "set operation"),
        ("models/m.sql", "select a from b group by a", "select a from b group by a, c", "grouping"),
        ("models/m.sql", "select a from {{ ref('b') }}", "select a from {{ ref('c') }}", "reads another relation"),
        ("models/m.sql", "{{ config(alias='a') }} select 1", "{{ config(alias='b') }} select 1", "config in file"),
        ("models/m.sql", "select a from b", "select a from b -- c", None),
        ("macros/m.sql", "{% macro m() %}1{% endmacro %}", "{% macro m() %}sum(1){% endmacro %}", None),
        ("macros/m.sql", "{% macro m() %}select 1{% endmacro %}", "{% macro m() %}select 2{% endmacro %}", BODY),
        ("dbt_project.yml", "vars: {a: 1}", "vars: {a: 2}", "var"),
        ("dbt_project.yml", "models: {+schema: a}", "models: {+schema: b}", "config in dbt_project.yml"),
        ("dbt_project.yml", "models: {+tags: a}", "models: {+tags: b}", None),
        ("seeds/s.csv", "a,b\n1,2\n", "a,b\n1,3\n", "seed value"),
        ("seeds/s.csv", "a,b\n1,2\n", "a,c\n1,2\n", None),
    ],
)  # fmt: skip
def test_the_judge_of_real_edits(path: str, old: str, new: str, expected: str | None) -> None:
    label = real(Edit("o/r", "0" * 40, path, old, new))
    assert (None if label is None else label[0]) == expected


def test_a_history_is_mined_and_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = Consumer(tmp_path / "owner+project")
    made.write({"models/m.sql": SQL, "models/m.yml": YAML, "notes.sql": SQL})
    made.commit()
    made.write({"models/m.sql": SQL.replace("why", "because"), "notes.sql": SQL.upper()})
    made.commit()
    made.write({"models/m.sql": SQL.replace("a > 1", "a >= 1"), "models/m.yml": f"# all\n{YAML}"})
    made.commit()
    assert mine_edits.main([str(tmp_path)]) == 0
    cosmetic = capsys.readouterr().out
    assert "| models/m.sql | comment changed |" in cosmetic
    assert "| models/m.yml | YAML comment added |" in cosmetic
    assert "notes.sql" not in cosmetic
    assert mine_edits.main(["--real", "--show", str(tmp_path)]) == 0
    assert "| models/m.sql | filter | > -> > = |" in capsys.readouterr().out.replace(">=", "> =")
    assert compare_edits.main(["--show", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("2 edits; ")
