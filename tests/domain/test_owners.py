"""Who answers for a node, and what an exposure says of itself."""

from __future__ import annotations

import pytest

from ringfence.domain.owners import exposure_text, owner_of
from states import model, project

YML = """\
groups:
  - {name: finance, owner: {name: Finance, email: [f@shop.example, g@shop.example]}}
  - {name: nobody, owner: {slack: '#x'}}
exposures:
  - {name: board, type: dashboard, url: https://x.example, owner: {name: Ann, email: a@shop.example}}
  - {name: bare, type: ml}
  - {name: odd, type: [1], owner: 3}
"""


@pytest.mark.parametrize(
    ("config", "owner"),
    [
        ("meta={'owner': 'Ann'}", "Ann"),
        ("meta={'owner': ' '}, group='finance'", "Finance <f@shop.example, g@shop.example>"),
        ("meta={'owner': {'email': 'a@shop.example'}}", "a@shop.example"),
        ("meta={'owner': ['Ann', 'Bob', 3]}", "Ann, Bob"),
        ("meta={'owner': []}", None),
        ("meta=target.name, group='finance'", "Finance <f@shop.example, g@shop.example>"),
        ("group='nobody'", None),
        ("group='missing'", None),
        ("group=target.name", None),
        ("tags=[]", None),
    ],
)
def test_the_owner_of_a_model(config: str, owner: str | None) -> None:
    found = project({"models/x.yml": YML}, m="{{ config(" + config + ") }} select 1 as x")
    assert owner_of(model(found, "m"), found) == owner


@pytest.mark.parametrize(
    ("name", "owner", "kind", "url"),
    [
        ("board", "Ann <a@shop.example>", "dashboard", "https://x.example"),
        ("bare", None, "ml", None),
        ("odd", None, None, None),
    ],
)
def test_an_exposure(name: str, owner: str | None, kind: str | None, url: str | None) -> None:
    found = project({"models/x.yml": YML})
    node = found.node(f"exposure.shop.{name}")
    assert node is not None
    assert owner_of(node, found) == owner
    assert (exposure_text(node, found, "type"), exposure_text(node, found, "url")) == (kind, url)
