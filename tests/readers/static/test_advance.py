"""What a change of files moves, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from ringfence.readers.static.advance import Wave, advance
from ringfence.readers.static.project import StaticProject
from ringfence.readers.static.state import UNITS, State
from states import Texts, project

FILES = {
    "models/a.sql": "select 1",
    "models/b.sql": "select * from {{ ref('a') }} {{ cents('x') }}",
    "models/c.sql": "select * from {{ ref('b') }} {{ other() }}",
    "models/d_v1.sql": "select 1",
    "models/m.yml": "models:\n  - name: a\n    columns: [{name: id, data_tests: [positive]}]\n  - name: b\n",
    "macros/m.sql": "{% macro cents(x) %}1{% endmacro %}\n{% macro helper() %}2{% endmacro %}\n",
    "macros/t.sql": "{% test positive(model, column_name) %}{{ helper() }}{% endtest %}\n",
    "seeds/s.csv": "id\n1\n",
}


def _changed(changes: Mapping[str, str | None]) -> tuple[StaticProject, Wave | None]:
    """The project after changes (None: the file is gone), over the records of what it was before."""
    before = project(FILES)
    old = Texts(FILES)
    new = Texts({path: text for path, text in {**FILES, **changes}.items() if text is not None})
    after = before.over(State(before.index.state), new)
    return after, advance(after, {path: (old.entry(path), new.entry(path)) for path in changes}, old)


@pytest.mark.parametrize(
    ("changes", "units", "touched"),
    [
        ({"README.md": "x"}, set(), set()),
        ({"models/a.sql": "select 2"}, {"models/a.sql"}, set()),
        ({"models/t.md": "no block"}, {"models/t.md"}, set()),
        ({"models/t.md": "{% docs x %}{% enddocs %}"}, {"models/t.md"}, {"shop:docs:"}),
        ({"models/a.sql": "{{ config(tags=['A', 'b']) }}"}, {"models/a.sql"}, {"shop:tag:A", "shop:tag:b"}),
        ({"seeds/s.csv": "id,name\n"}, {"seeds/s.csv"}, {"node:seed.shop.s"}),
        ({"models/m.yml": FILES["models/m.yml"] + "# more\n"}, {"models/m.yml"}, set()),
        (
            {"models/m.yml": FILES["models/m.yml"] + "    description: text\n"},
            {"models/m.yml", "models/b.sql"},
            {"shop:entry:model:b", "shop:declared:model:b"},
        ),
        (
            {"models/a.sql": "{{ config(enabled=false) }} select 1"},
            {"models/a.sql"},
            {"node:model.shop.a"},
        ),
        (
            {"models/a.sql": "select * from {{ ref('s') }}"},
            {"models/a.sql"},
            {"node:model.shop.a", "mentions:s"},
        ),
        (
            {"models/a.sql": None},
            {"models/a.sql"},
            {"shop:model:a", "shop:name:a", "node:model.shop.a", "nodes:*"},
        ),
        (
            {"models/new.sql": "select 1"},
            {"models/new.sql"},
            {"shop:model:new", "shop:name:new", "node:model.shop.new", "nodes:*"},
        ),
        (
            {"macros/o.sql": "{% macro other() %}{{ ref('a') }}{% endmacro %}"},
            {"macros/o.sql", "models/c.sql"},
            {
                "shop:macro:other",
                "node:macro.shop.other",
                "nodes:*",
                "node:model.shop.c",
                "mentions:a",
                "mentions:other",
            },
        ),
        (
            {"macros/m.sql": FILES["macros/m.sql"].replace("1", "3")},
            {"macros/m.sql"},
            set(),
        ),
        (
            {"macros/m.sql": FILES["macros/m.sql"].replace("}1{", "}{{ ref('s') }}{")},
            {"macros/m.sql", "models/b.sql"},
            {"shop:macro:cents", "node:model.shop.b", "mentions:s"},
        ),
        (
            {"models/v.yml": "models:\n  - name: d\n    versions:\n      - v: 1\n"},
            {"models/v.yml", "models/d_v1.sql"},
            {
                *(
                    "shop:entry:model:d",
                    "shop:declared:model:d",
                    "shop:stem:d",
                    "shop:stem:d_v1",
                    "shop:versions:d",
                    "nodes:*",
                ),
                *("node:model.shop.d.v1", "node:model.shop.d_v1"),
            },
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_is_read_again_and_what_answers_otherwise(
    changes: dict[str, str | None], units: set[str], touched: set[str]
) -> None:
    after, wave = _changed(changes)
    assert wave is not None
    assert set(wave.units) == units
    assert set(wave.touched) == touched
    anew = project({path: text for path, text in {**FILES, **changes}.items() if text is not None})
    assert dict(after.index.state.records(UNITS)) == dict(anew.index.state.records(UNITS))
    assert [node.key for node in after.nodes()] == [node.key for node in anew.nodes()]


@pytest.mark.parametrize(
    "changes",
    [
        {"macros/t.sql": FILES["macros/t.sql"].replace("helper()", "config(severity='warn')")},
        {"macros/m.sql": FILES["macros/m.sql"].replace("}2{", "}{{ config(severity='warn') }}{")},
        {"macros/more.sql": "{% test not_null(model, column_name) %}{{ config(enabled=false) }}{% endtest %}"},
    ],
)
def test_the_definition_of_a_generic_test_moves_whatever_has_tests(changes: dict[str, str | None]) -> None:
    after, wave = _changed(changes)
    assert wave is not None
    assert "tests" in wave.touched
    assert {"models/a.sql", "models/b.sql"} <= wave.units
    anew = project({path: text for path, text in {**FILES, **changes}.items() if text is not None})
    assert dict(after.index.state.records(UNITS)) == dict(anew.index.state.records(UNITS))


@pytest.mark.parametrize(
    "changes",
    [
        {"macros/ref.sql": "{% macro ref(x) %}{% endmacro %}"},
        {"models/m.yml": "models: [\n"},
        {"macros/m.sql": "{% macro cents(x) %}"},
    ],
)
def test_some_changes_move_everything(changes: dict[str, str | None]) -> None:
    assert _changed(changes)[1] is None


@pytest.mark.parametrize(
    ("changes", "moved", "without_places"),
    [
        ({"README.md": "x"}, False, False),
        ({"dbt_project.yml": "name: shop\n# more\n"}, False, False),
        ({"dbt_project.yml": "# more\nname: shop\n"}, True, False),
        ({"dbt_project.yml": "name: shop\nvars: {a: 1}\n"}, True, True),
        ({"packages.yml": "packages: []\n"}, True, True),
        ({".dbtignore": "x\n"}, True, True),
        ({"other/dbt_project.yml": "name: other\n"}, True, True),
        ({"models/packages.yml": "models: []\n"}, False, False),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)
def test_what_everything_rests_on(changes: dict[str, str | None], moved: bool, without_places: bool) -> None:
    before, old = project(FILES), Texts(FILES)
    new = Texts({path: text for path, text in {**FILES, **changes}.items() if text is not None})
    after = before.over(State(before.index.state), new)
    pairs = {path: (old.entry(path), new.entry(path)) for path in changes}
    assert after.shaken(pairs, old) is moved
    assert after.shaken(pairs, old, places=False) is without_places
