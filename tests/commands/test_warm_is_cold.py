"""After any change a run that has a cache prints byte for byte what a run without one prints."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from random import Random

import pytest

from consumer import Consumer, shop
from random_edits import EDITS, Editor
from ringfence import cli

_SHORT, _LONG = 5, 100


def printed(repository: Consumer, cache: str, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    before, here = dict(os.environ), Path.cwd()
    os.environ.clear()
    os.environ.update(repository.environment, RINGFENCE_CACHE=cache)
    os.chdir(repository.folder)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            code = cli.main(arguments)
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(before)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("seed", "commits"),
    [(1, _SHORT), *(pytest.param(seed, _LONG, marks=pytest.mark.slow) for seed in range(2, 8))],
)
def test_a_warm_run_prints_what_an_empty_cache_prints(tmp_path: Path, seed: int, commits: int) -> None:
    random = Random(seed)
    repository = shop(tmp_path / "shop")
    repository.commit("the shop")
    editor = Editor(repository, random)
    cache = str(tmp_path / "cache")
    done: list[str] = []
    for step in range(commits):
        for edit in random.sample(EDITS, random.choice([1, 1, 1, 2, 3])):
            edit(editor)
            done.append(f"{step} {edit.__name__}")
        repository.git("add", "-A", *random.choice([[], ["models"], ["."]]))
        head = random.choice(["index", "index", "worktree"])
        for command in (
            ["check", "--from", head, "--format", "json"],
            [
                "check",
                "--from",
                head,
                "--format",
                "json",
                "--rule",
                random.choice(["RF1", "RF2", "RF3", "RF601", "RF4"]),
            ],
            ["diff", "--head", head, "--base", random.choice(["HEAD", "main", "HEAD~1"]), "--format", "json"],
        ):
            warm = printed(repository, cache, *command)
            cold = printed(repository, "off", *command)
            assert warm == cold, f"{command} after {done[-6:]}"


RULES = """\
rules:
  model-without-entry: {severity: on, select: "+tag:pii @tag:core"}
  column-undocumented: {severity: on, select: "config.materialized:table+1", exclude: "source:raw+2,tag:wide"}
  description-missing: {severity: on, select: "2+exposure:*"}
  unknown-key: {severity: on, select: "tag:core+"}
"""


def test_selectors_that_look_at_other_nodes_are_asked_again_when_those_change(tmp_path: Path) -> None:
    """Tags and settings are nothing that a node shows to others: only selections look at them."""
    repository = Consumer(tmp_path / "shop")
    sql = {name: f"{{{{ config(tags=[]) }}}} select * from {{{{ ref('m{name}') }}}}" for name in range(1, 6)}
    repository.write(
        {
            "dbt_project.yml": "name: shop\n",
            "ringfence.yml": RULES,
            "models/m0.sql": "{{ config(tags=[]) }} select 1 as id from {{ source('raw', 'x') }}",
            **{f"models/m{name}.sql": text.replace(f"m{name}'", f"m{name - 1}'") for name, text in sql.items()},
            "models/schema.yml": "models:\n  - {name: m2, descripton: x}\n  - {name: m4, columns: []}\n",
            "models/more.yml": "sources:\n  - name: raw\n    tables: [{name: x}]\n"
            "exposures:\n  - {name: board, type: dashboard, depends_on: [ref('m4')]}\n",
        }
    )
    repository.commit("start")
    cache = str(tmp_path / "cache")
    random = Random(7)
    settings = [
        "tags=[]",
        "tags=['pii']",
        "tags=['core']",
        "tags=['wide']",
        "tags=[target.name]",
        "materialized='table'",
    ]
    seen = set()
    for _ in range(14):
        name = f"models/m{random.randrange(6)}.sql"
        text = (repository.folder / name).read_text(encoding="utf-8")
        rest = text.partition(") }}")[2]
        parent = random.choice(["ref('m0')", "ref('m1')", "ref('m2')", "source('raw', 'x')"])
        if name[7:9] in ("m3", "m4", "m5") and random.random() < 0.4:
            rest = f" select * from {{{{ {parent} }}}}"
        repository.write({name: f"{{{{ config({random.choice(settings)}) }}}}{rest}"})
        repository.git("add", "-A")
        for command in (
            ["check", "--from", "index", "--format", "json"],
            ["check", "--select", "tag:core+", "--from", "index"],
        ):
            warm = printed(repository, cache, *command)
            assert warm == printed(repository, "off", *command)
            seen.add(warm[1])
    assert len(seen) > 8


def test_what_is_far_downstream_of_a_locked_model_is_counted_anew(tmp_path: Path) -> None:
    repository = Consumer(tmp_path / "shop")
    repository.write(
        {
            "dbt_project.yml": "name: shop\nprofile: shop\n",
            "profiles.yml": "shop: {outputs: {dev: {type: duckdb}}}\n",
            "models/m0.sql": "{{ config(tags=['locked'], alias='first') }} select 1 as id, 2 as amount",
            **{f"models/m{n}.sql": f"select * from {{{{ ref('m{n - 1}') }}}}" for n in range(1, 5)},
            "models/schema.yml": "models:\n  - name: m0\n    columns: [{name: id, data_type: text}]\n",
            "macros/cut.sql": "{% macro cut() %} where true {% endmacro %}",
        }
    )
    repository.commit("start")
    assert repository.ringfence("lock", "add").code == 0
    repository.edit("models/m0.sql", "first", "second")
    repository.edit("models/schema.yml", "text", "integer")
    repository.commit("moved")
    cache = str(tmp_path / "cache")
    exposure = "exposures:\n  - {name: board, type: dashboard, depends_on: [ref('m4')]}\n"
    semantic = (
        "semantic_models: [{name: sem, model: ref('m4'), measures: [{name: total, agg: sum}]}]\n"
        "metrics: [{name: sales, type: simple, type_params: {measure: total}}]\n"
    )
    states: list[dict[str, str]] = [
        {},
        {"models/far.yml": exposure},
        {"models/m3.sql": "select * exclude (id) from {{ ref('m2') }}"},
        {"models/m4.sql": "select amount from {{ ref('m2') }} {{ cut() }}"},
        {"macros/cut.sql": "{% macro cut() %} where id > 1 {% endmacro %}"},
        {"models/sem.yml": semantic},
        {"models/sem.yml": semantic.replace("measure: total", "measure: other")},
        {"models/m2.sql": "{{ config(enabled=false) }} select * from {{ ref('m1') }}"},
    ]
    seen = []
    for written in states:
        repository.write(written)
        repository.git("add", "-A")
        command = ["check", "--rule", "RF101", "--from", "index"]
        warm = printed(repository, cache, *command)
        assert warm == printed(repository, "off", *command), written
        seen.append(warm[1])
    assert len(set(seen)) == len(states) - 1  # where a macro is called first, it says nothing of the column yet
    assert "4 models and 1 exposure read this (m1 directly)" in seen[1]
