"""What models score, which tags that speaks for, and what is odd about the tags of a project."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ringfence.domain.settings import LockSettings
from ringfence.domain.suggest import Flag, Measures, Ranked, explained, flags, ranked
from ringfence.readers.static.project import StaticProject
from states import project

SOURCES = "sources: [{name: raw, tables: [{name: t}]}]\n"
RAW = "{{ source('raw', 't') }}"
NOTHING = Measures(0, 0, 0, 0, (), False, False, False, False, None)


def _ranked(found: StaticProject, fan_out: int = 3, changes: Mapping[str, int] | None = None) -> dict[str, Ranked]:
    made = ranked(found.nodes("model"), found, LockSettings(), fan_out, changes)
    return {one.label: one for one in made}


def _proposed(one: Ranked) -> list[str]:
    return [f"{proposal.tag}: {proposal.why}" for proposal in one.proposals]


def _readers(of: str, number: int) -> dict[str, str]:
    return {f"{of}_{count}": f"select 1 as x from {{{{ ref('{of}') }}}}" for count in range(number)}


def test_what_rests_on_a_model_is_counted() -> None:
    found = project(
        {
            "models/x.yml": "exposures:\n  - {name: board, depends_on: [ref('c')]}\n"
            "  - {name: wall, depends_on: [ref('a'), ref('c')]}\n"
            "models: [{name: a, config: {access: public, contract: {enforced: true}}}]\n",
            "tests/one.sql": "select * from {{ ref('a') }}",
        },
        a="select 1 as x",
        b="select x from {{ ref('a') }}",
        c="select x from {{ ref('b') }} join {{ ref('a') }} using (x)",
        d="select x from {{ ref('c') }}",
        maybe="select x from {{ ref('a') }} join {{ ref(var('w')) }} using (x)",
    )
    one = _ranked(found, changes={"models/a.sql": 7})["a"]
    assert one.measures == Measures(2, 1, 1, 2, ("wall",), True, True, False, False, 7)
    assert one.measures.score == 6 + 1 + 10 + 5 + 2 + 5
    assert explained(one.measures) == (
        "2 direct dependents = 6, 1 transitive dependent = 1, 2 exposures = 10, public access = 5, contract = 2, "
        "7 changes in 365 days = 5, 1 more read it perhaps"
    )
    assert [*_ranked(found)] == ["a", "b", "c", "d", "maybe"]
    assert explained(_ranked(found)["d"].measures) == "nothing rests on it"


def test_changes_of_what_nothing_rests_on_count_for_nothing() -> None:
    assert NOTHING._replace(changes=9).score == 0
    assert NOTHING._replace(direct=1, changes=1).score == 4
    assert explained(NOTHING._replace(direct=1, changes=1)) == "1 direct dependent = 3, 1 change in 365 days = 1"


def test_what_is_not_known_is_said() -> None:
    found = project(m="{{ config(access=target.name, contract={'enforced': target.name}) }} select 1 as x")
    one = _ranked(found)["m"]
    assert (one.measures.public, one.proposals) == (None, ())
    assert "public access not known" in explained(one.measures)


def test_critical_and_foundation() -> None:
    found = project(
        {"models/x.yml": SOURCES},
        root=f"select 1 as x from {RAW}",
        middle="select x from {{ ref('root') }}",
        few="select x from {{ ref('root') }}",
        unsure=f"select 1 as x from {RAW} join {{{{ ref(var('x')) }}}} using (x)",
        **_readers("root", 2),
        **_readers("middle", 4),
        **_readers("few", 3),
        **_readers("unsure", 4),
    )
    told = _ranked(found)
    assert _proposed(told["root"]) == [
        "foundation: it reads sources alone, and it has 4 direct dependents, more than 3"
    ]
    assert _proposed(told["middle"]) == ["critical: it has 4 direct dependents, more than 3"]
    assert _proposed(told["unsure"]) == ["critical: it has 4 direct dependents, more than 3"]
    assert _proposed(told["few"]) == []
    assert _proposed(_ranked(found, fan_out=2)["few"]) == ["critical: it has 3 direct dependents, more than 2"]


def test_tags_that_are_there_or_not_known_are_not_proposed() -> None:
    found = project(
        {},
        a="{{ config(tags=['critical']) }} select 1 as x",
        b="{{ config(tags=[target.name]) }} select 1 as x",
        **_readers("a", 4),
        **_readers("b", 4),
    )
    told = _ranked(found)
    assert (_proposed(told["a"]), told["a"].tags) == ([], frozenset({"critical"}))
    assert (_proposed(told["b"]), told["b"].tags) == ([], None)


def test_a_team_without_such_tags_gets_none_proposed() -> None:
    found = project({}, a="{{ config(access='public') }} select 1 as x", **_readers("a", 4))
    made = ranked(found.nodes("model"), found, LockSettings((), ()), 3, None)
    assert not any(one.proposals for one in made)


@pytest.mark.parametrize(
    ("config", "exposures", "expected"),
    [
        ("access='public'", "", ["locked: its access is public"]),
        ("access='protected'", "a", ["locked: exposure a shows it directly"]),
        ("access='protected'", "ab", ["locked: 2 exposures show it directly"]),
        ("access='private'", "", []),
    ],
)
def test_locked(config: str, exposures: str, expected: list[str]) -> None:
    rows = "".join(f"  - {{name: {name}, depends_on: [ref('m')]}}\n" for name in exposures)
    found = project(
        {"models/x.yml": f"exposures:\n{rows}" if rows else ""}, m=f"{{{{ config({config}) }}}} select 1 as x"
    )
    assert _proposed(_ranked(found)["m"]) == expected


@pytest.mark.parametrize(
    ("config", "sql", "holds"),
    [
        ("materialized='incremental', incremental_strategy='append'", "select 1 as event_id", True),
        ("materialized='incremental', incremental_strategy='append'", "select 1 as Occurred_At, {{ env() }}", False),
        ("materialized='incremental', incremental_strategy='append'", "select 1 as id", False),
        ("materialized='incremental', incremental_strategy='append', unique_key='id'", "select 1 as event_id", False),
        ("materialized='incremental'", "select 1 as event_id", False),
        ("materialized='table', incremental_strategy='append'", "select 1 as event_id", False),
        ("materialized=target.name, incremental_strategy='append'", "select 1 as event_id", False),
    ],
)
def test_event_sourcing_only_where_it_can_be_told(config: str, sql: str, holds: bool) -> None:
    found = project(m=f"{{{{ config({config}) }}}} {sql}")
    assert [one.split(":")[0] for one in _proposed(_ranked(found)["m"])] == ["event_sourcing"] * holds


def test_declared_columns_tell_of_events_too() -> None:
    found = project(
        {"models/x.yml": "models: [{name: m, columns: [{name: occurred_at}]}]"},
        m="{{ config(materialized='incremental', incremental_strategy='append') }} select {{ env() }}",
    )
    assert _ranked(found)["m"].measures.events


def _row(name: str, direct: int, *tags: str, known: bool = True) -> Ranked:
    node = _ranked(project({}, **{name: "select 1 as x"}))[name].node
    return Ranked(node, NOTHING._replace(direct=direct), frozenset(tags) if known else None, ())


def _flags(*rows: Ranked, most: int = 50, **spelt: str) -> list[Flag]:
    return flags(
        rows, LockSettings(), most, lambda tag: {spelt[tag]: ["a.yml"], tag: ["b.yml"]} if tag in spelt else {}
    )


def test_over_tagging() -> None:
    rows = [_row("a", 1, "critical"), _row("b", 9, "locked"), _row("c", 0), _row("d", 0, known=False)]
    (flag,) = _flags(*rows)
    assert flag == Flag("over-tagging", "2 of 3 models (67 %) are tagged critical or locked, more than 50 %", ())
    assert _flags(*rows, most=67) == []


def test_tagged_models_on_which_nothing_rests() -> None:
    assert _flags(_row("b", 0, "locked"), _row("a", 0, "critical"), _row("c", 0), _row("d", 0)) == [
        Flag("over-tagging", "tagged critical or locked, and nothing rests on them", ("a", "b"))
    ]


def test_tag_drift() -> None:
    rows = [_row("a", 9), _row("b", 5, "critical"), _row("c", 3, "locked"), _row("d", 4), _row("e", 5), _row("f", 0)]
    assert _flags(*rows) == [
        Flag(
            "tag-drift",
            "not tagged critical or locked, and score as high as the tagged ones do (half of those have 15 or more)",
            ("a", "e"),
        )
    ]


def test_letter_case() -> None:
    assert _flags(_row("a", 1), critical="Critical", foundation="FOUNDATION") == [
        Flag("case-variant", "Critical is not critical: dbt tells letter case apart", ("a.yml",)),
        Flag("case-variant", "FOUNDATION is not foundation: dbt tells letter case apart", ("a.yml",)),
    ]
