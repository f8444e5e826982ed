"""Every macro of the package has one definition: dbt stops over a second one, in whatever file it is."""

from __future__ import annotations

import re
from collections import Counter

from dbtproject import REPOSITORY


def test_no_macro_is_defined_twice() -> None:
    files = (REPOSITORY / "dbt_package").rglob("*.sql")
    found = [name for path in files for name in re.findall(r"{%-? *(?:macro|test) +(\w+)", path.read_text("utf-8"))]
    assert len(found) > 100
    assert [name for name, count in Counter(found).items() if count > 1] == []
