"""Macros that call macros: followed while it is worth it, unknown and never endless beyond."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from memory import MemoryTree
from ringfence.domain.fact import Known, Unknown
from ringfence.domain.node import Node, Ref
from ringfence.readers.static.open import open_projects

A = Ref(None, "a", None)


def _model(sql: str, files: Mapping[str, str]) -> Node:
    tree = MemoryTree({"dbt_project.yml": "name: shop\n", "models/x.sql": sql, **files})
    (project,) = open_projects(tree, None, [])
    node = project.node("model.shop.x")
    assert node is not None
    return node


def _ladder(height: int, calls: int) -> str:
    steps = [f"{{% macro m{step}() %}}{f'{{{{ m{step + 1}() }}}}' * calls}{{% endmacro %}}" for step in range(height)]
    return "\n".join([*steps, f"{{% macro m{height}() %}}{{{{ ref('a') }}}}{{% endmacro %}}"])


@pytest.mark.parametrize(("height", "calls"), [(0, 1), (1, 1), (15, 1), (10, 2), (2, 40)])
def test_a_ref_behind_macros_is_seen(height: int, calls: int) -> None:
    node = _model("{{ m0() }}", {"macros/m.sql": _ladder(height, calls)})
    assert node.refs == Known(frozenset({A}))
    assert "a" in node.names


@pytest.mark.parametrize(("height", "calls"), [(15, 2), (18, 3), (3, 60)])
def test_macros_that_multiply_end_as_unknown(height: int, calls: int) -> None:
    node = _model("{{ m0() }}", {"macros/m.sql": _ladder(height, calls)})
    assert isinstance(node.refs, Unknown)
    assert node.refs.reason == "more than 5,000 calls of macros"
    assert isinstance(node.sources, Unknown)
    assert isinstance(node.config.get("materialized"), Unknown)


def test_macros_that_call_each_other_too_deep_end_as_unknown() -> None:
    node = _model("{{ m0() }}", {"macros/m.sql": _ladder(25, 1)})
    assert isinstance(node.refs, Unknown)
    assert node.refs.reason == "macros that call each other 20 deep"


def test_a_macro_that_calls_itself_ends() -> None:
    node = _model("{{ m() }}", {"macros/m.sql": "{% macro m() %}{{ m() }}{{ ref('a') }}{{ m() }}{% endmacro %}"})
    assert node.refs == Known(frozenset({A}))


def test_two_expressions_that_differ_have_two_texts() -> None:
    texts = set()
    for tags in (
        "[target.name, 'a']",
        "[target.name, 'b']",
        "(target.name ~ 'a') | upper",
        "target.name ~ ('a' | upper)",
    ):
        tagged = _model(f"{{{{ config(alias={tags}) }}}}", {}).config.get("alias")
        assert isinstance(tagged, Unknown)
        texts.add(tagged.expression)
    assert len(texts) == 4
