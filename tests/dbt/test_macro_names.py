"""Every macro of the package has one definition, and every dispatched one a default: dbt stops over anything else."""

from __future__ import annotations

import re
from collections import Counter

from dbtproject import REPOSITORY

SOURCES = [path.read_text("utf-8") for path in (REPOSITORY / "dbt_package").rglob("*.sql")]
DEFINED = [name for text in SOURCES for name in re.findall(r"{%-? *(?:macro|test) +(\w+)", text)]


def test_no_macro_is_defined_twice() -> None:
    assert len(DEFINED) > 100
    assert [name for name, count in Counter(DEFINED).items() if count > 1] == []


def test_what_is_dispatched_has_a_default() -> None:
    """Without one dbt reads no project on the adapters that have no definition of their own, used or not."""
    dispatched = {name for text in SOURCES for name in re.findall(r"adapter\.dispatch\('(\w+)', 'ringfence'\)", text)}
    assert len(dispatched) > 20
    assert {name for name in dispatched if f"default__{name}" not in DEFINED} == set()
