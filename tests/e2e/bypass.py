"""Ways around a lock: each puts a branch into a state that must not pass, with its honest twin."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from consumer import Consumer, clean_environment
from ringfence.domain.lock import History
from ringfence.stores.locks import read_lock, render

ORDERS, SALES = "models/marts/fct_orders.sql", "models/marts/fct_sales.sql"
STAGED = "models/staging/stg_orders.sql"
MARTS, LOCKS = "models/marts/marts.yml", "ringfence/locks"
LOCK = f"{LOCKS}/fct_orders.yml"
CONFIG, OWNERS, HOOKS = "ringfence.yml", ".github/CODEOWNERS", ".pre-commit-config.yaml"
AMOUNT = "{name: amount, data_type: integer}"
POLICY = """\
base: {branch: main}
lock:
  tags: [locked]
  require: [critical]
  guard: {logic: "tag:logic"}
  reason_pattern: "[A-Z]+-\\\\d+"
"""
PRIOR = "  approval: {breaking: prior, critical: prior}\n"
HOOK = """\
repos:
  - repo: https://example.com/ringfence
    rev: v0.1.0
    hooks:
      - id: ringfence
"""
FILES = {
    "dbt_project.yml": "name: shop\nvars: {first_year: 2020}\nmodels: {shop: {marts: {+materialized: table}}}\n",
    "packages.yml": "packages: [{local: packages/common}]\n",
    "packages/common/dbt_project.yml": "name: common\n",
    "packages/common/macros/money.sql": (
        "{% macro cents(column) %}{{ return(adapter.dispatch('cents', 'common')(column)) }}{% endmacro %}\n"
        "{% macro default__cents(column) %}{{ column }} * 100{% endmacro %}\n"
    ),
    "macros/years.sql": "{% macro recent(column) %}{{ column }} >= {{ var('first_year') }}{% endmacro %}\n",
    STAGED: "{{ config(materialized='ephemeral') }}\nselect 1 as order_id, 2 as amount, 2024 as year\n",
    "models/marts/helper.sql": "select 1 as id\n",
    ORDERS: "select order_id, amount from {{ ref('stg_orders') }}\n",
    SALES: (
        "select order_id, {{ common.cents('amount') }} as cents\n"
        "from {{ ref('stg_orders') }}\nwhere {{ recent('year') }}\n"
    ),
    MARTS: f"""\
models:
  - name: fct_orders
    config:
      tags: [critical, locked]
      contract: {{enforced: true}}
    columns:
      - {{name: order_id, data_type: integer, constraints: [{{type: not_null}}]}}
      - {AMOUNT}
  - name: fct_sales
    config:
      tags: [locked, logic]
      contract: {{enforced: true}}
    columns:
      - {{name: order_id, data_type: integer}}
      - {{name: cents, data_type: integer}}
""",
    CONFIG: POLICY,
    HOOKS: HOOK,
    OWNERS: "* @everyone\n/ringfence/ @guards\n/ringfence.yml @guards\n",
}


class Bypass(NamedTuple):
    """An attempt: its name, one sentence, what it does to a branch, and the codes that must be reported.

    `unseen` says that no hook runs on the machine of whoever makes it; `codes` empty: it is refused with exit 2.
    """

    name: str
    sentence: str
    make: Callable[[Branch], object]
    codes: str
    honest: bool
    unseen: bool


ATTEMPTS: list[Bypass] = []


def attempt(codes: str, *, unseen: bool = False) -> Callable[[Callable[[Branch], object]], object]:
    """Enter a function into the list: its docstring is the sentence."""
    return _enter(codes, honest=False, unseen=unseen)


def honest(make: Callable[[Branch], object]) -> object:
    """Enter what looks like an attempt, is none, and must pass."""
    return _enter("", honest=True, unseen=False)(make)


def _enter(codes: str, *, honest: bool, unseen: bool) -> Callable[[Callable[[Branch], object]], object]:
    def enter(make: Callable[[Branch], object]) -> Callable[[Branch], object]:
        sentence = " ".join((make.__doc__ or "").split())
        ATTEMPTS.append(Bypass(make.__name__, sentence, make, codes, honest, unseen))
        return make

    return enter


class Branch(Consumer):
    """The project on a branch of its own; what is committed at the end is judged."""

    @classmethod
    def off(cls, template: Path, folder: Path) -> Branch:
        made = cls.of(template, folder)
        made.environment = _environment(template.parent)
        made.git("checkout", "-q", "-b", "attempt")
        return made

    def text(self, path: str) -> str:
        return (self.folder / path).read_text(encoding="utf-8")

    def change(self) -> None:
        """Change the interface of fct_orders, and say nothing."""
        self.edit(MARTS, AMOUNT, AMOUNT.replace("integer", "varchar"))

    def update(self, *arguments: str) -> None:
        """Record the change as one should."""
        self.lock("update", "--reason", "FIN-7 meant", *arguments)

    def lock(self, *arguments: str) -> None:
        done = self.ringfence("lock", *arguments)
        assert done.code == 0, done.all

    def forge(self, label: str, what: str, **more: str) -> None:
        """Add an entry to a lock and seal it, as a program could."""
        path = f"{LOCKS}/{label}.yml"
        lock = read_lock((self.folder / path).read_bytes(), path)
        entry = History("2026-02-01", "breaking", what, "FIN-7 meant", "Mallory")._replace(**more)  # type: ignore[arg-type]
        (self.folder / path).write_text(render(lock.sealed(entry)), encoding="utf-8")  # type: ignore[union-attr]

    def save(self, message: str = "FIN-7", *arguments: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message, *arguments)

    def on_main(self, message: str = "policy") -> None:
        """Commit what lies here to main, and go on from there."""
        self.save(message)
        self.git("branch", "-q", "-f", "main")

    def prior(self) -> None:
        """Have main ask for permits."""
        self.write({CONFIG: POLICY + PRIOR})
        self.on_main()

    def permit(self, *, models: str = '"fct_orders"', classes: str = '"breaking"', days: int = 0) -> str:
        """Write a permit by hand, which began today and may last a negative number of days."""
        import datetime

        today = datetime.datetime.now(tz=datetime.UTC).date()
        ends = today + datetime.timedelta(days=days)
        begins = min(today, ends)
        self.write(
            {
                "ringfence/permits/p1.yml": f'id: "p1"\nmodels: [{models}]\nclasses: [{classes}]\nreason: "FIN-8"\n'
                f'by: "Ann"\ncreated: "{begins}"\nexpires: "{ends}"\n'
            }
        )
        return "p1"


def _environment(folder: Path) -> dict[str, str]:
    """What is learnt from files, and compiled, is kept beside the template: a hundred processes would do it anew."""
    kept = {"RINGFENCE_CACHE": str(folder / "cache"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
    return clean_environment(PYTHONDONTWRITEBYTECODE="", **kept)


def template(folder: Path) -> Path:
    """The project on main, locked and committed."""
    made = Consumer(folder, **_environment(folder.parent))
    made.write(FILES)
    (folder / "dbt_packages").mkdir()
    os.symlink("../packages/common", folder / "dbt_packages" / "common")
    assert made.commit("project").code == 0
    added = made.run(sys.executable, "-m", "ringfence", "lock", "add", "--reason", "FIN-1 first")
    assert added.code == 0, added.all
    assert made.commit("locks").code == 0
    return folder
