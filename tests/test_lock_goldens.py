"""What a lock holds of the same sources is frozen. To freeze anew: python tests/test_lock_goldens.py --remake

Where this fails and examples/shop did not change, locks that teams have would fire: raise READER in domain/lock.py, or
the number of the algorithm in sql/fingerprint.py, so that they are held against the base instead; then freeze anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "hooks")]

from consumer import ROOT
from memory import MemoryTree
from ringfence.domain.lock import READER, Lock, interface_of
from ringfence.domain.settings import LockSettings
from ringfence.readers.static.open import open_projects

GOLDEN = Path(__file__).parent / "golden" / "locks.json"
# A model of which no file declares a column: what is inferred of it.
_INFERRED = """\
with orders as (select *, order_amount * 2 as twice, order_id::varchar as code from {{ ref('fct_orders') }})
select orders.*, 1 as one, 'x' as word, null as nothing, count(*) over () as number, current_date as today,
    coalesce(paid_amount, 0.5) as paid, case when is_paid then 1 end as flag, {{ cents_to_money('order_id') }} as made
from orders
"""
_READ = (".sql", ".yml", ".csv", ".md")


def _held() -> dict[str, object]:
    """Every model of examples/shop as a lock would hold it, with its logic."""
    shop = ROOT / "examples" / "shop"
    files = {str(path.relative_to(shop)): path for path in shop.rglob("*") if path.suffix in _READ and path.is_file()}
    left_out = ("target", "dbt_packages", "logs", "ringfence")
    own = {path: file.read_text("utf-8") for path, file in files.items() if path.split("/")[0] not in left_out}
    tree = MemoryTree({**own, "models/inferred.sql": _INFERRED})
    project = open_projects(tree, None, [("", "duckdb")])[0]
    held: dict[str, object] = {"reader": READER}
    for node in project.nodes("model"):
        interface = interface_of(node, LockSettings(), project)
        logic = project.logic(node.key).recorded()
        lock = Lock(node.identity.label, "", interface, guard="logic", logic=logic)
        held[node.identity.label] = {
            "seal": lock.seal,
            "columns": {name: str(shape) for name, shape in interface.columns.items() if shape.inferred},
            "logic": logic,
        }
    return held


def test_the_same_sources_give_the_same_locks() -> None:
    assert _held() == json.loads(GOLDEN.read_text(encoding="utf-8")), __doc__


if __name__ == "__main__" and "--remake" in sys.argv:
    GOLDEN.write_text(json.dumps(_held(), indent=1) + "\n", encoding="utf-8", newline="\n")
