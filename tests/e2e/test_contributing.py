""" "A rule in five minutes": what CONTRIBUTING.md says, done step by step in a copy of this repository."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from consumer import ROOT, Consumer, hook_repository

RULE = '''"""A model's name is written in capitals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.finding import Finding
from ringfence.domain.rule import Rule
from ringfence.domain.runner import subject_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def check(node: Node, _project: Project) -> Iterator[Finding]:
    """Report a model whose name is written in capitals."""
    if node.identity.name.isupper():
        message = f"model {node.identity.name} shouts"
        yield Finding(message, node.place, subject_of(node), "rename the file in small letters")


'''
CASES = """# model-shouts

Capitals are hard to read.

## a model in capitals

`models/ORDERS.sql`
```sql
select 1 as id
```
```findings
models/ORDERS.sql:1:1 RF399 model ORDERS shouts
```

## a model in small letters

`models/orders.sql`
```sql
select 1 as id
```
"""


@pytest.mark.slow
def test_a_rule_in_five_minutes(tmp_path: Path) -> None:
    copy = Consumer(hook_repository(tmp_path / "ringfence"))
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    declared = re.search(r"```python\n(.*?)```", guide, re.DOTALL)
    assert declared is not None
    block = "".join(f"{line[3:]}\n" for line in declared[1].splitlines() if line.strip())
    copy.write({"tests/cases/model_shouts.md": CASES, "hooks/ringfence/rules/model_shouts.py": RULE + block})

    path = {"PYTHONPATH": str(copy.folder / "hooks")}
    generated = copy.run(sys.executable, "scripts/generate.py", env=path)
    assert generated.code == 0, generated.all
    assert "model-shouts" in (copy.folder / "README.md").read_text(encoding="utf-8")
    assert (copy.folder / "docs/rules/RF399.md").exists()

    tested = copy.run(
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/test_cases.py",
        "-k",
        "model_shouts",
        env=path,
    )
    assert tested.code == 0, tested.all
    assert "2 passed" in tested.out
    assert "RF399" in copy.run(sys.executable, "-m", "ringfence", "explain", "model-shouts", env=path).out

    for name in ("tests/cases/model_shouts.md", "hooks/ringfence/rules/model_shouts.py"):
        (copy.folder / name).unlink()
    assert copy.run(sys.executable, "scripts/generate.py", env=path).code == 0
    assert copy.git("status", "--porcelain") == "", "a rule is gone when its two files are"
