"""What the walker notes of conditions."""

from __future__ import annotations

import pytest

from ringfence.sql import packed, template
from ringfence.sql.terms import Condition


def conditions(source: str) -> list[Condition]:
    facts = template.read(source)
    kept = packed.pack(facts)
    assert kept is not None
    assert packed.unpack(kept) == facts
    return list(facts.conditions)


def depths(source: str) -> dict[str, int]:
    return {one.name: one.depth for one in conditions(source)}


A, B, C = (f"ringfence.flag('{name}')" for name in "abc")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (f"{{% if {A} %}}{{% if {B} %}}{{{{ {C} }}}}{{% endif %}}{{% endif %}}", {"b": 2, "c": 3}),
        (f"{{% if {A} %}}{{% else %}}{{{{ {B} }}}}{{% endif %}}{{{{ {C} }}}}", {"b": 2}),
        (f"{{% if {A} %}}{{% elif {B} %}}{{% elif {C} %}}{{% endif %}}", {}),
        (f"{{% if x %}}{{{{ {A} }}}}{{% elif {B} %}}{{% else %}}{{{{ {C} }}}}{{% endif %}}", {"c": 2}),
        (f"{{{{ {A} if {B} else {C} }}}}{{{{ 1 if x else {A} }}}}{{{{ 1 if {A} }}}}", {"a": 2, "c": 2}),
        ("{{ ringfence.variation('a', off=ringfence.rollout('b', 1, 2), on=1) }}", {"b": 2}),
        (f"{{% set x = not {A} %}}{{% if x and y %}}{{{{ ringfence.flag(name) }}}}{{% endif %}}", {"": 2}),
        ("{% if ringfence.flag('a') == true %}{{ adapter.dispatch('kill', 'ringfence')('b') }}{% endif %}", {"b": 2}),
        (f"{{% if 'ringfence.flag(' in x %}}{{{{ {A} }}}}{{% endif %}}", {}),
        (f"{{% if {A} %}}{{% for x in [1, 2] %}}{{{{ ringfence.kill() }}}}{{% endfor %}}{{% endif %}}", {"": 2}),
    ],
)
def test_how_deep_a_flag_is_asked_for(source: str, expected: dict[str, int]) -> None:
    assert depths(source) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("var('a')", [("var", "a", "none")]),
        (
            "not var('a', false) or env_var('B', 'no') and var(name)",
            [("var", "a", "boolean"), ("env_var", "B", "switch")],
        ),
        ("var('a', default=3)", [("var", "a", "other")]),
        ("var('a', {})", [("var", "a", "other")]),
        ("var('a', target.name)", [("var", "a", "open")]),
        ("var('a') | as_bool or var('a') == 'on' or var() or other(1) or x.y", []),
    ],
)
def test_truths_that_are_taken_as_they_are(condition: str, expected: list[tuple[str, str, str]]) -> None:
    found = conditions(f"{{% if {condition} %}}{{% endif %}}")
    assert [(one.kind, one.name, one.held) for one in found] == expected
    inline = conditions(f"{{{{ 1 if {condition} else 2 }}}}")
    assert [(one.kind, one.name, one.held) for one in inline] == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("var('a')", [("var", "none")]),
        ("var('a', 'off')", [("var", "switch")]),
        ("var('a', target.name)", [("var", "open")]),
        ("env_var('a')", [("env_var", "none")]),
        ("env_var('a', 'false')", [("env_var", "switch")]),
        ("env_var('a', '')", [("env_var", "other")]),
        ("env_var('a', False)", [("env_var", "boolean")]),
        ("env_var('a', 1)", [("env_var", "open")]),
        ("env_var('a', target.name)", [("env_var", "open")]),
        ("var('a') | as_bool", []),
        ("other('a')", []),
    ],
)
def test_truths_by_another_name(value: str, expected: list[tuple[str, str]]) -> None:
    found = conditions(f"{{% set it = {value} %}}\n{{% if it %}}{{% endif %}}")
    assert [(one.kind, one.held) for one in found] == expected
    assert [(one.line, one.column) for one in found] == [(2, 7)] * len(found)


def test_places_and_loops() -> None:
    source = "{% for x in [1, 2] %}\n{% if var('a', 1) %}{{ x }}{% endif %}{% endfor %}"
    assert conditions(source) == [Condition("var", "a", "other", 2, 7)]


def test_ignores_are_kept_beside_them() -> None:
    assert packed.unpack(packed.pack(template.read("{% if var('a', 1) %}{% endif %}"))).ignores == ()
