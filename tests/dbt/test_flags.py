"""Flags, run by the dbt of this environment: what decides one, what stops the parse, whom a rollout takes in."""

from __future__ import annotations

import itertools
import json
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dbtproject import ENGINES, Engine, Project, written
from ringfence.domain.bucket import in_bucket
from ringfence.domain.flags import problem_of

if not ENGINES:
    pytest.skip("needs dbt-core and an adapter", allow_module_level=True)

WHY: dict[str, object] = {"description": "Why", "owner": "team", "type": "release", "expires": "2099-12-31"}

# name of a flag -> its entry, whether it is on, and in the run of `decided` below what decides it
DECIDED: dict[str, tuple[dict[str, object], bool]] = {
    "off_by_default": ({}, False),
    "default_on": ({"default": True}, True),
    "default_on_as_text": ({"default": "on"}, True),
    "default_false_as_text": ({"default": "false"}, False),
    "default_one": ({"default": 1}, True),
    "target_on": ({"by_target": {"duckdb": True}}, True),
    "target_off": ({"default": True, "by_target": {"duckdb": "off"}}, False),
    "other_target": ({"by_target": {"prod": True}}, False),
    "by_environment": ({}, True),
    "environment_over_target": ({"by_target": {"duckdb": True}}, False),
    "by_variable": ({}, True),
    "variable_over_environment": ({}, False),
    "variable_text": ({"default": True}, False),
    "killed_by_variable": ({"default": True}, False),
    "killed_by_environment": ({"default": True}, False),
    "killed_in_registry": ({"default": True, "kill": True}, False),
    "expired": ({"default": True, "expires": "2001-02-03"}, True),
    "with_dates": ({"default": True, "created": "DATE:2026-01-31", "expires": "DATE:2099-02-28"}, True),
    "permanent": ({"default": True, "permanent": True, "type": "ops", "meta": {"ticket": 1}}, True),
}
VARIABLES = {
    "ringfence_flag__by_variable": True,
    "ringfence_flag__variable_over_environment": False,
    "ringfence_flag__variable_text": "False",
    "ringfence_flag__killed_by_variable": True,
    "ringfence_flag__killed_by_environment": True,
    "ringfence_flag__killed_in_registry": True,
    "ringfence_kill": ["killed_by_variable"],
    "ringfence_flag__of_no_kind": "maybe",
}
ENVIRONMENT = {
    "RINGFENCE_FLAG__BY_ENVIRONMENT": "on",
    "RINGFENCE_FLAG__ENVIRONMENT_OVER_TARGET": "0",
    "RINGFENCE_FLAG__VARIABLE_OVER_ENVIRONMENT": "on",
    "RINGFENCE_KILL": "killed_by_environment, killed_by_variable",
    "RINGFENCE_FLAG__OF_NO_SWITCH": "yes",
}

# an entry that is refused -> why
REFUSED: dict[str, tuple[object, str]] = {
    "no_mapping": ("on", "its entry must be a mapping"),
    "nothing": (None, "its entry must be a mapping"),
    "Capitals": (WHY, "its name must be small letters, digits and _, with a letter first"),
    "unknown_key": ({**WHY, "by_taget": {}}, "its entry has the unknown key 'by_taget', did you mean by_target?"),
    "far_key": ({**WHY, "colour": 1}, "its entry has the unknown key 'colour'"),
    "wrong_type": ({**WHY, "type": "beta"}, "its type must be release, experiment, ops or permission"),
    "permanent_text": ({**WHY, "permanent": "false"}, "permanent must be true or false"),
    "no_expires": ({"description": "Why"}, "expires is missing, and it is not permanent"),
    "not_permanent": ({"permanent": False}, "expires is missing, and it is not permanent"),
    "day_in_words": ({**WHY, "expires": "next week"}, "expires must be a day such as 2027-01-31"),
    "no_such_day": ({**WHY, "expires": "2027-02-29"}, "expires must be a day such as 2027-01-31"),
    "day_and_time": ({**WHY, "created": "2027-02-28 10:00:00"}, "created must be a day such as 2027-01-31"),
    "empty_day": ({**WHY, "expires": None}, "expires must be a day such as 2027-01-31"),
    "target_list": ({**WHY, "by_target": ["prod"]}, "by_target must be a mapping from names of targets to on or off"),
    "rollout_number": ({**WHY, "rollout": 25}, "rollout must be a mapping"),
    "rollout_key": ({**WHY, "rollout": {"share": 25}}, "rollout has the unknown key 'share'"),
    "percent_text": ({**WHY, "rollout": {"percent": "25"}}, "rollout.percent must be a number from 0 to 100"),
    "percent_true": ({**WHY, "rollout": {"percent": True}}, "rollout.percent must be a number from 0 to 100"),
    "percent_large": ({**WHY, "rollout": {"percent": 101}}, "rollout.percent must be a number from 0 to 100"),
    "percent_negative": ({**WHY, "rollout": {"percent": -1}}, "rollout.percent must be a number from 0 to 100"),
    "percent_nan": ({**WHY, "rollout": {"percent": "NAN"}}, "rollout.percent must be a number from 0 to 100"),
    "key_number": ({**WHY, "rollout": {"key": 1}}, "rollout.key must be a text"),
    "salt_empty": ({**WHY, "rollout": {"salt": ""}}, "rollout.salt must be a text"),
    "default_word": ({**WHY, "default": "yes"}, "default is 'yes', which is neither on nor off"),
    "default_none": ({**WHY, "default": None}, "default is 'None', which is neither on nor off"),
    "target_word": ({**WHY, "by_target": {"duckdb": 2}}, "by_target is '2', which is neither on nor off"),
    "kill_word": ({**WHY, "kill": "now"}, "kill is 'now', which is neither on nor off"),
}
# a call -> what it says
MISUSED = {
    "ringfence.flag('permanant')": (
        "ringfence.flag in model.consumer.case: there is no flag 'permanant' in the variable ringfence_flags, did you "
        "mean permanent? Declare it in dbt_project.yml, or mend the name."
    ),
    "ringfence.variation('default_on', on=1)": "flag 'default_on': off is missing. Write off=ref('...').",
    "ringfence.variation('default_on', off=1)": "flag 'default_on': on is missing. Write on=ref('...').",
    "ringfence.rollout('default_on', off='a', on='b', percent=1)": "key is missing. Write key='name_of_the_column'.",
    "ringfence.rollout('default_on', off='a', on='b', key='a')": "percent must be a number from 0 to 100",
    "ringfence.rollout('default_on', off='a', on='b', key='a', percent=101)": "percent must be a number from 0 to 100",
    "ringfence.flag('of_no_kind')": "ringfence_flag__of_no_kind is 'maybe', which is neither on nor off.",
    "ringfence.flag('of_no_switch')": "RINGFENCE_FLAG__OF_NO_SWITCH is 'yes', which is neither on nor off.",
}

WORKER = """
import json, pathlib, sys
from dbt.cli.main import dbtRunner

given = json.load(sys.stdin)
command = ["--quiet", "parse", "--vars", json.dumps(given["variables"])]
first = dbtRunner().invoke(command)
assert first.success, first.exception
metas = {node.name: node.config.meta for node in first.result.nodes.values()}
edges = {node.name: sorted(node.depends_on.nodes) for node in first.result.nodes.values()}
messages = {}
for call in given["calls"]:
    pathlib.Path("models/case.sql").write_text("select '{{ " + call + " }}' as one")
    result = dbtRunner().invoke(command)
    messages[call] = "" if result.success else " ".join(str(result.exception).split())
pathlib.Path("answers.json").write_text(json.dumps({"metas": metas, "edges": edges, "messages": messages}))
"""


def as_yaml(value: object) -> str:
    """JSON, which is YAML, but for dates and numbers that JSON lacks."""
    text = json.dumps(value).replace('"NAN"', ".nan")
    for day in ("2026-01-31", "2099-02-28"):
        text = text.replace(f'"DATE:{day}"', day)
    return text


class Answers(NamedTuple):
    metas: dict[str, dict[str, object]]
    edges: dict[str, list[str]]
    messages: dict[str, str]


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    registry: dict[str, object] = {name: {**WHY, **entry} for name, (entry, _) in DECIDED.items()}
    registry |= {"of_no_kind": WHY, "of_no_switch": WHY, **{name: entry for name, (entry, _) in REFUSED.items()}}
    calls = "".join(
        f"{{% do config(meta={{'{name}': [ringfence.flag('{name}'), ringfence.kill('{name}')]}}) %}}\n"
        for name in DECIDED
    )
    files = {
        "dbt_project.yml": "name: consumer\nprofile: ringfence_integration_tests\nmodels: {+meta: {team: shop}}\n"
        f"vars:\n  ringfence_flags: {as_yaml(registry)}\n",
        "models/seen.sql": f"{calls}select 1 as one",
        "models/a.sql": "select 1 as id",
        "models/b.sql": "select 2 as id",
        "models/chosen.sql": "{{ config(meta={'own': 1}) }}\n"
        "select * from {{ ringfence.variation('default_on', off=ref('a'), on=ref('b')) }}\n"
        "union all select * from {{ ringfence.variation('off_by_default', off=ref('a'), on=ref('b')) }}\n"
        "union all select * from {{ ringfence.rollout('target_on', ref('a'), ref('b'), 'id', 12.5) }} as part\n",
        "models/chosen.yml": "models: [{name: chosen, config: {meta: {described: true}}}]",
    }
    project = written(tmp_path_factory.mktemp("flags"), Engine("duckdb"), files)
    project = project._replace(variables=ENVIRONMENT)
    given = {"variables": VARIABLES, "calls": [*MISUSED, *(f"ringfence.flag('{name}')" for name in REFUSED)]}
    done = project.run(sys.executable, "-W", "ignore", "-c", WORKER, stdin=json.dumps(given))
    assert done.returncode == 0, done.stdout + done.stderr
    return Answers(**json.loads((project.folder / "answers.json").read_text()))


@pytest.mark.parametrize("name", DECIDED)
def test_what_decides_a_flag(answers: Answers, name: str) -> None:
    assert answers.metas["seen"][name] == [DECIDED[name][1], name.startswith("killed_")]


def test_the_manifest_says_which_variation_was_chosen_and_keeps_other_meta(answers: Answers) -> None:
    assert answers.metas["chosen"] == {
        "team": "shop",
        "own": 1,
        "described": True,
        "ringfence_flag__default_on": "on",
        "ringfence_flag__off_by_default": "off",
        "ringfence_flag__target_on": "12.5%",
    }


def test_both_sides_are_read_whichever_is_chosen(answers: Answers) -> None:
    assert answers.edges["chosen"] == ["model.consumer.a", "model.consumer.b"]


@pytest.mark.parametrize("name", REFUSED)
def test_an_entry_that_is_wrong_stops_the_parse_and_the_hooks_say_the_same(answers: Answers, name: str) -> None:
    entry, why = REFUSED[name]
    assert (
        f"ringfence.flag in model.consumer.case: flag '{name}': {why}" in answers.messages[f"ringfence.flag('{name}')"]
    )
    assert problem_of(name, _with_nan(entry)) == why


def _with_nan(entry: Any) -> object:
    return json.loads(json.dumps(entry).replace('"NAN"', "NaN"))


def test_entries_that_dbt_takes_are_right_for_the_hooks() -> None:
    for name, (entry, _) in DECIDED.items():
        assert problem_of(name, {**WHY, **json.loads(json.dumps(entry).replace("DATE:", ""))}) == ""


@pytest.mark.parametrize("call", MISUSED)
def test_a_call_that_is_wrong_stops_the_parse(answers: Answers, call: str) -> None:
    assert MISUSED[call] in answers.messages[call]


PERCENTAGES = (0, 0.5, 1, 10, 25, 50, 75, 99.9, 100)
# A third each: whole numbers, texts with signs beyond ASCII, UUIDs; and a key that is NULL.
KEYS = """
{{ config(materialized='view' if target.type == 'spark' else 'table') }}
select
    number,
    case when number < {{ var('keys') }} then number end as whole,
    {% set text = 'cast(number as ' ~ dbt.type_string() ~ ')' %}
    case when number < {{ var('keys') }} then {{ dbt.concat(["'größe '", text]) }} end
        as {{ ringfence.quoted('a "word') }},
    case when number < {{ var('keys') }} then
        {% set digits = 'md5(cast(number as ' ~ dbt.type_string() ~ '))' %}
        {% if target.type == 'spark' %}
        regexp_replace({{ digits }}, '(.{8})(.{4})(.{4})(.{4})(.{12})', '$1-$2-$3-$4-$5')
        {% else %}
        cast({{ digits }} as uuid)
        {% endif %}
    end as id
from (
    {% if target.type == 'duckdb' %}
    select range as number from range(0, {{ var('keys') }} + 1)
    {% elif target.type == 'spark' %}
    select cast(id as int) as number from range(0, {{ var('keys') }} + 1)
    {% else %}
    select number from generate_series(0, {{ var('keys') }}) as numbers (number)
    {% endif %}
) as numbers
"""


WORD = "{{ ringfence.quoted('a \"word') }}"


def part(flag: str, key: str, percent: float) -> str:
    call = f"ringfence.rollout('{flag}', off=ref('old'), on=ref('new'), key='{key}', percent={percent})"
    return f"select * from {{{{ {call} }}}} as part"


def name_of(percent: float) -> str:
    return f"part_{str(percent).replace('.', '_')}"


@pytest.fixture(scope="module")
def rolled_out(tmp_path_factory: pytest.TempPathFactory, engine: Engine) -> Project:
    return _rolled_out(tmp_path_factory.mktemp("rollout"), engine, 20_000)


def _rolled_out(folder: Path, engine: Engine, keys: int) -> Project:
    registry = {
        "wave": {**WHY, "default": "on"},
        "salted": {**WHY, "default": "on", "rollout": {"salt": "it's another"}},
        "still_off": WHY,
        "killed": {**WHY, "default": "on", "kill": True},
        "forced": {**WHY, "rollout": {"percent": 10, "key": "whole"}},
    }
    variables = {"ringfence_flags": registry, "keys": keys, "ringfence_flag__forced": "on"}
    files = {
        "dbt_project.yml": "name: consumer\nprofile: ringfence_integration_tests\n"
        f"vars: {json.dumps(variables)}\nmodels: {{+materialized: view}}\n",
        "models/keys.sql": KEYS,
        "models/old.sql": f"select 'off' as side, whole, {WORD}, id, number from {{{{ ref('keys') }}}}",
        "models/new.sql": f"select number, id, {WORD}, whole, 'on' as side from {{{{ ref('keys') }}}}",
        **{f"models/{name_of(percent)}.sql": part("wave", "whole", percent) for percent in PERCENTAGES},
        "models/by_word.sql": part("wave", 'a "word', 37.5).replace("*", f"side, number, {WORD} as word"),
        "models/by_id.sql": part("wave", "id", 37.5).replace(
            "*", "side, number, cast(id as {{ dbt.type_string() }}) as id"
        ),
        "models/by_salt.sql": part("salted", "whole", 50),
        "models/still_off.sql": part("still_off", "whole", 50),
        "models/killed.sql": part("killed", "whole", 50),
        "models/forced.sql": "select * from {{ ringfence.rollout('forced', ref('old'), ref('new')) }} as part",
        # The pattern of docs/flags.md: with its flag off a model has the rows that it had before there was a flag.
        "models/candidate.sql": "select * from {{ ringfence.variation('still_off', off=ref('old'), on=ref('new')) }}",
        "tests/off_equals_baseline.sql": "(select * from {{ ref('candidate') }} except select * from {{ ref('old') }})"
        "\nunion all\n(select * from {{ ref('old') }} except select * from {{ ref('candidate') }})",
    }
    project = written(folder, engine, files)
    done = project.dbt("build")
    assert done.returncode == 0, done.stdout
    return project


def test_a_model_whose_flag_is_off_has_the_rows_of_its_baseline(rolled_out: Project) -> None:
    outcomes = {one["unique_id"].split(".")[2]: one["status"] for one in rolled_out.results()}
    assert outcomes["off_equals_baseline"] == "pass"


def test_python_and_sql_take_in_the_same_keys(rolled_out: Project) -> None:
    for percent in PERCENTAGES:
        taken_in = dict(rolled_out.rows(f"select whole, side = 'on' from main.{name_of(percent)} where number < 20000"))
        assert taken_in == {key: in_bucket(str(key), "wave", percent) for key in range(20_000)}
    words = dict(rolled_out.rows("select word, side = 'on' from main.by_word where number < 20000"))
    assert words == {word: in_bucket(word, "wave", 37.5) for word in (f"größe {key}" for key in range(20_000))}
    ids = dict(rolled_out.rows("select id, side = 'on' from main.by_id where number < 20000"))
    assert len(ids) == 20_000
    assert ids == {key: in_bucket(key, "wave", 37.5) for key in ids}
    salted = dict(rolled_out.rows("select whole, side = 'on' from main.by_salt where number < 20000"))
    assert salted == {key: in_bucket(str(key), "it's another", 50) for key in range(20_000)}


def _counts(project: Project, model: str) -> dict[str, int]:
    return dict(project.rows(f"select side, count(*) from main.{model} group by side"))


def test_off_killed_and_forced(rolled_out: Project) -> None:
    assert _counts(rolled_out, "still_off") == {"off": 20_001}
    assert _counts(rolled_out, "killed") == {"off": 20_001}
    assert _counts(rolled_out, "forced") == {"off": 1, "on": 20_000}  # NULL is never on


def _monotone_and_lossless(project: Project, keys: int) -> None:
    for percent in PERCENTAGES:
        assert project.rows(
            f"select count(*), count(distinct number), min(number), max(number) from main.{name_of(percent)}"
        ) == [(keys + 1, keys + 1, 0, keys)]
        assert project.rows(f"select side from main.{name_of(percent)} where whole is null") == [("off",)]
    for smaller, larger in itertools.pairwise(PERCENTAGES):
        lost = project.rows(
            f"select count(*) from main.{name_of(smaller)} as small join main.{name_of(larger)} as large "
            "on small.number = large.number where small.side = 'on' and large.side = 'off'"
        )
        assert lost == [(0,)]
    shares = [_counts(project, name_of(percent)).get("on", 0) / keys * 100 for percent in PERCENTAGES]
    assert shares == pytest.approx(PERCENTAGES, abs=500 / keys**0.5)  # ten standard deviations of a fair coin
    assert [shares[0], shares[-1]] == [0, 100]
    both = project.rows(
        "select count(*) from main.part_50 as one join main.by_salt as other on one.number = other.number "
        "where one.side = 'on' and other.side = 'on'"
    )
    assert both[0][0] / keys * 100 == pytest.approx(25, abs=500 / keys**0.5)


def test_a_rollout_is_monotone_and_loses_no_row(rolled_out: Project) -> None:
    _monotone_and_lossless(rolled_out, 20_000)


@pytest.mark.slow
def test_a_rollout_over_a_million_keys(tmp_path: Path, engine: Engine) -> None:
    _monotone_and_lossless(_rolled_out(tmp_path, engine, 1_000_000), 1_000_000)
