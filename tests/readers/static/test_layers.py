"""How layers of configuration merge, key by key."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Mapping
from ringfence.domain.fact import Fact, Known, Unknown
from ringfence.domain.node import Value
from ringfence.readers.static.layers import Layer, mapping_layer, merge, project_layers
from ringfence.readers.static.values import project_variables
from ringfence.text import yaml

VARIABLES = project_variables([{"schema": "marts", "on": False}])
HIDDEN = Unknown("target.name")
REST = Unknown("config(**settings)")


def _layer(**values: Value | Fact[Value]) -> Layer:
    return Layer({key: value if isinstance(value, Known | Unknown) else Known(value) for key, value in values.items()})


def _mapping(text: str) -> Mapping:
    root = yaml.parse(text.encode(), "dbt_project.yml").root
    assert isinstance(root, Mapping)
    return root


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("materialized", ["view", "table"], "table"),
        ("enabled", [True, False], False),
        ("enabled", [False, None], None),
        ("schema", [HIDDEN, "a"], "a"),
        ("schema", ["a", HIDDEN], HIDDEN),
        ("tags", ["a"], frozenset({"a"})),
        ("tags", ["a", ["b", "a"]], frozenset({"a", "b"})),
        ("tags", [None, []], frozenset()),
        ("tags", [[5, True]], frozenset({"5", "True"})),
        ("tags", [["a"], HIDDEN], HIDDEN),
        ("tags", [HIDDEN, ["a"]], HIDDEN),
        ("pre-hook", ["a", ["b"], "a"], ["a", "b", "a"]),
        ("packages", [["a"], ["b"]], ["a", "b"]),
        ("meta", [{"a": 1, "b": {"x": 1}}, {"b": {"y": 2}}], {"a": 1, "b": {"y": 2}}),
        ("meta", [{}, {}], {}),
        ("meta", [{"a": 1}, "broken"], "broken"),
        ("meta", ["broken", {"a": 1}], {"a": 1}),
        (
            "contract",
            [{"enforced": True, "alias_types": False}, {"enforced": False}],
            {"enforced": False, "alias_types": False},
        ),
        ("grants", [{"select": ["a"]}, {"select": "b"}], {"select": ["b"]}),
        ("grants", [{"select": ["a"]}, {"+select": ["b"]}], {"select": ["a", "b"]}),
        ("grants", [{"select": "a"}, {"insert": "b"}], {"select": ["a"], "insert": ["b"]}),
        ("grants", [{"+select": "a"}], {"select": ["a"]}),
        ("grants", [{"+select": None}], {"select": []}),
    ],
    ids=lambda value: (
        value if isinstance(value, str) else repr(sorted(value)) if isinstance(value, frozenset) else repr(value)
    ),
)
def test_merging(key: str, values: list[Value | Fact[Value]], expected: Value | Fact[Value]) -> None:
    found = merge(Layer({key: value if isinstance(value, Known | Unknown) else Known(value)}) for value in values)
    assert found.get(key) == (expected if isinstance(expected, Unknown) else Known(expected))


def test_hooks_are_one_key_in_two_spellings() -> None:
    found = merge([_layer(pre_hook="a", post_hook="x"), Layer({"pre-hook": Known("b")})])
    assert found.get("pre-hook") == Known(["a", "b"])
    assert found.keys() == ["post-hook", "pre-hook"]


def test_nothing_merged_is_nothing_set() -> None:
    assert merge([]).keys() == []
    assert merge([]).get("tags", "none") == Known("none")
    assert merge([Layer({})]).get("enabled", True) == Known(True)


def test_a_layer_that_may_set_anything_hides_what_came_before() -> None:
    found = merge(
        [_layer(enabled=True, tags=["a"]), Layer({}, REST), _layer(materialized="table", tags=["b"], meta={"a": 1})]
    )
    assert found.get("enabled") == REST
    assert found.get("never named") == REST
    assert found.get("materialized") == Known("table")
    assert found.get("tags") == REST
    assert found.get("meta") == REST


PROJECT = """\
+materialized: view
tags: [all]
shop:
  +schema: "{{ var('schema') }}"
  enabled: "{{ var('on') }}"
  marts:
    +materialized: table
    +tags: marts
    +meta: {owner: core}
    meta: {folder: not a setting}
    core: {+alias: "{{ target.name }}"}
other: {+materialized: ephemeral}
broken: 5
"""


def test_levels_along_the_fqn() -> None:
    layers = list(project_layers(_mapping(PROJECT), ("shop", "marts", "core", "orders"), VARIABLES))
    assert [sorted(layer.values) for layer in layers] == [
        ["broken", "materialized", "tags"],
        ["enabled", "schema"],
        ["materialized", "meta", "tags"],
        ["alias"],
    ]
    found = merge(layers)
    assert found.get("materialized") == Known("table")
    assert found.get("tags") == Known(frozenset({"all", "marts"}))
    assert found.get("schema") == Known("marts")
    assert found.get("enabled") == Known(False)
    assert found.get("meta") == Known({"owner": "core"})
    alias = found.get("alias")
    assert isinstance(alias, Unknown)
    assert (alias.reason, alias.expression) == ("target.name", "{{ target.name }}")
    assert alias.place is not None
    assert (alias.place.line, alias.place.column) == (11, 20)


@pytest.mark.parametrize(
    ("fqn", "count"), [(("nowhere", "orders"), 1), (("other", "orders"), 2), (("broken", "orders"), 1), ((), 1)]
)
def test_levels_that_are_not_there(fqn: tuple[str, ...], count: int) -> None:
    assert len(list(project_layers(_mapping(PROJECT), fqn, VARIABLES))) == count


def test_no_configuration_has_no_levels() -> None:
    assert list(project_layers(None, ("shop",), VARIABLES)) == []


def test_a_config_mapping() -> None:
    layer = mapping_layer(_mapping("enabled: false\nalias: null\nschema: '{{ target.name }}'\n"), VARIABLES)
    assert set(layer.values) == {"enabled", "schema"}
    assert layer.values["enabled"] == Known(False)
    assert isinstance(layer.values["schema"], Unknown)
    assert mapping_layer(None, VARIABLES) == Layer({})
    assert mapping_layer(yaml.parse(b"text", "a.yml").root, VARIABLES) == Layer({})
