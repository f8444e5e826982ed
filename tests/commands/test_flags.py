"""`ringfence flags` in a real repository, and what a run costs and keeps of what is said of flags."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from consumer import ROOT, Consumer, Result
from ringfence.domain.bucket import in_bucket

PROJECT = """\
name: shop
vars:
  # who may see what
  ringfence_flags:
    new_tax:
      description: Taxes by country
      owner: finance
      type: release
      created: 2026-01-01
      expires: 2099-12-31
      by_target: {ci: on}
    half:   # of the customers
      description: Half
      owner: crm
      expires: 2020-01-31
      default: on
      rollout: {percent: 50, key: id, salt: pepper}
    odd: {owner: nobody}
  other: 1
"""
FILES = {
    "dbt_project.yml": PROJECT,
    "macros/tax.sql": "{% macro rate() %}{{ 2 if ringfence.flag('new_tax') else 1 }}{% endmacro %}\n",
    "models/a.sql": "select 1 as id\n",
    "models/b.sql": "select 2 as id\n",
    "models/orders.sql": "{%- set old = not ringfence.flag('new_tax') %}\n"
    "select {{ rate() }} as rate\n"
    "{% if ringfence.flag('new_tax') %}\n"
    "    , 'größe' as word   -- kept as it is\n"
    "{% else %}\n"
    "    , 'old' as word\n"
    "{% endif %}\n"
    "from {{ ringfence.variation('new_tax', off=ref('a'), on=ref('b')) }}\n"
    "{{ 'where 1 = 1' if old and ringfence.flag('half') }}\n",
    "models/parts.sql": "select * from {{ ringfence.rollout('half', ref('a'), ref('b')) }} as part\n",
}


def repository(folder: Path, **more: str) -> Consumer:
    made = Consumer(folder / "shop", RINGFENCE_CACHE="off")
    made.write({**FILES, **more})
    assert made.commit().code == 0
    return made


@pytest.fixture
def shop(tmp_path: Path) -> Consumer:
    return repository(tmp_path)


def test_the_list(shop: Consumer) -> None:
    done = shop.ringfence("flags", "list")
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "flag     type     state          targets  expires     owner    uses\n"
        "half     release  50 %, expired  -        2020-01-31  crm      2\n"
        "new_tax  release  by target      ci on    2099-12-31  finance  4\n"
        "odd      release  malformed      -        -           nobody   0\n"
        "    expires is missing, and it is not permanent\n"
    )


def test_the_list_for_programs(shop: Consumer) -> None:
    document = json.loads(shop.ringfence("flags", "list", "--format", "json", "--from", "HEAD").out)
    schema = json.loads((ROOT / "schemas" / "flags.json").read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(document)
    half, new_tax, _ = document["flags"]
    assert (half["percent"], half["default"], half["state"]) == (50, "on", "50 %, expired")
    assert (new_tax["by_target"], new_tax["description"], new_tax["line"]) == ({"ci": "on"}, "Taxes by country", 5)
    assert new_tax["uses"][0] == {
        "macro": "flag",
        "path": "macros/tax.sql",
        "line": 1,
        "column": 27,
        "nodes": ["model.shop.orders"],
    }


def test_states(tmp_path: Path) -> None:
    entries = {
        "off": "{expires: 2099-01-01}",
        "on": "{expires: 2099-01-01, default: on}",
        "killed, expired": "{expires: 2001-01-01, default: on, kill: on}",
        "by target": "{expires: 2099-01-01, default: on, by_target: {ci: off}, rollout: {percent: 5}}",
        "12.5 %": "{permanent: true, default: on, rollout: {percent: 12.5}}",
        "malformed": "[]",
    }
    lines = "".join(f"    f{number}: {entry}\n" for number, entry in enumerate(entries.values()))
    made = repository(tmp_path, **{"dbt_project.yml": f"name: shop\nvars:\n  ringfence_flags:\n{lines}"})
    listed = json.loads(made.ringfence("flags", "list", "--format", "json").out)["flags"]
    assert [one["state"] for one in listed] == [*entries]


def test_no_flag(tmp_path: Path) -> None:
    made = repository(tmp_path, **{"dbt_project.yml": "name: shop\n"})
    assert made.ringfence("flags", "list").out == "no flag is declared\n"
    assert made.ringfence("flags", "cleanup", "x", "--keep", "on").code == 2


def test_the_check(shop: Consumer) -> None:
    done = shop.ringfence("flags", "check")
    assert done.code == 1
    assert sorted(re.findall(r": (RF8\d\d) ", done.out)) == ["RF802", "RF803", "RF806", "RF813"]
    every = shop.ringfence("check", "--rule", "RF8")
    assert every.out == done.out


def test_a_warm_check_says_what_a_cold_one_says(shop: Consumer, tmp_path: Path) -> None:
    cache = {"RINGFENCE_CACHE": str(tmp_path / "cache")}
    edits = [
        ("models/orders.sql", "and ringfence.flag('half')", "and ringfence.flag('hlf')"),
        ("dbt_project.yml", "    half:", "    hlf:"),
        ("macros/tax.sql", "ringfence.flag('new_tax')", "var('new_tax', 'no')"),
        ("models/parts.sql", "ringfence.rollout('half', ", "other("),
    ]
    for path, old, new in [("models/a.sql", "1", "3"), *edits]:
        shop.edit(path, old, new)
        warm = shop.ringfence("check", "--from", "worktree", env=cache)
        assert warm == shop.ringfence("check", "--from", "worktree")
        assert warm == shop.ringfence("check", "--from", "worktree", env=cache)


def test_whom_a_rollout_takes_in(shop: Consumer) -> None:
    keys = [str(number) for number in range(50)] + ["größe"]
    done = shop.ringfence("flags", "bucket", "half", *keys)
    expected = "".join(f"{'on' if in_bucket(key, 'pepper', 50) else 'off'}\t{key}\n" for key in keys)
    assert (done.code, done.out) == (0, expected)
    assert shop.ringfence("flags", "bucket", "new_tax", "1", "--percent", "100").out == "on\t1\n"
    assert shop.ringfence("flags", "bucket", "new_tax", "1", "--percent", "0").out == "off\t1\n"
    piped = shop.run("bash", "-c", f"printf '1\\n2\\n' | {sys.executable} -m ringfence flags bucket half --percent 100")
    assert piped.out == "on\t1\non\t2\n"
    said = shop.ringfence("flags", "bucket", "new_tax", "1")
    assert (said.code, "has no rollout.percent" in said.err) == (2, True)
    assert shop.ringfence("flags", "bucket", "half", "1", "--percent", "101").code == 2
    missing = shop.ringfence("flags", "bucket", "hlf", "1")
    assert "there is no flag hlf, did you mean half?" in missing.err


def cleaned(shop: Consumer, name: str, keep: str, *more: str) -> Result:
    return shop.ringfence("flags", "cleanup", name, "--keep", keep, *more)


def test_a_flag_is_taken_out(shop: Consumer) -> None:
    shown = cleaned(shop, "new_tax", "on", "--diff")
    assert shop.git("status", "--porcelain") == ""
    done = cleaned(shop, "new_tax", "on")
    assert (done.code, done.out) == (0, "")
    assert done.err == (
        "ringfence: took new_tax out of 3 files, and kept what it is when on\n"
        "ringfence: a constant stands in its place, to be simplified: models/orders.sql:1\n"
    )
    assert (shop.folder / "models/orders.sql").read_text(encoding="utf-8") == (
        "{%- set old = not true %}\n"
        "select {{ rate() }} as rate\n"
        "    , 'größe' as word   -- kept as it is\n"
        "from {{ ref('b') }}\n"
        "{{ 'where 1 = 1' if old and ringfence.flag('half') }}\n"
    )
    assert (shop.folder / "macros/tax.sql").read_text(encoding="utf-8") == "{% macro rate() %}{{ 2 }}{% endmacro %}\n"
    start, end = PROJECT.index("    new_tax:"), PROJECT.index("    half:")
    assert (shop.folder / "dbt_project.yml").read_text(encoding="utf-8") == PROJECT[:start] + PROJECT[end:]
    after = shop.git("diff")
    shop.git("checkout", "--", ".")
    (shop.folder / "edit.diff").write_text(shown.out, encoding="utf-8")
    shop.git("apply", "edit.diff")
    assert shop.git("diff") == after
    assert shown.err.startswith("ringfence: would take new_tax out of 3 files, and keep what it is when on\n")


@pytest.mark.parametrize(
    ("given", "left"),
    [
        (
            "name: shop\nvars:\n  ringfence_flags:\n    x: {permanent: true}\n  ringfence_flag__x: true\nmodels: {}\n",
            "name: shop\nmodels: {}\n",
        ),
        (
            "name: shop\nvars:\n  ringfence_flags:\n    x: {expires: 2099-01-01}\n  y: 1\n",
            "name: shop\nvars:\n  y: 1\n",
        ),
        (
            "name: shop\nvars:\n  ringfence_flag__x: off\n  ringfence_flags: {y: {kill: on}, x: {permanent: true}}\n",
            "name: shop\nvars:\n  ringfence_flags: {y: {kill: on}}\n",
        ),
        (
            "name: shop\nvars:\n  y: 1\n  shop:\n    ringfence_flags:\n      x: {permanent: true}\n",
            "name: shop\nvars:\n  y: 1\n",
        ),
    ],
)
def test_the_registry_is_left_without_empty_mappings(tmp_path: Path, given: str, left: str) -> None:
    made = Consumer(tmp_path / "shop")
    made.write({"dbt_project.yml": given, "models/a.sql": "select 1 as id"})
    made.commit()
    done = cleaned(made, "x", "off")
    assert done.code == 0, done.err
    assert (made.folder / "dbt_project.yml").read_text(encoding="utf-8") == left


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        (
            {"models/c.sql": "{% if ringfence.flag(name) %}1{% endif %}"},
            "models/c.sql:1:7: half cannot be taken out: only a",
        ),
        (
            {"models/c.yml": "models: [{name: a, config: {post_hook: \"{{ ringfence.flag('half') }}\"}}]"},
            "models/c.yml:1:40: half cannot be taken out: a template in YAML is edited by hand",
        ),
        (
            {"dbt_project.yml": PROJECT + "  ringfence_kill: [half]\n"},
            "dbt_project.yml:20:19: half cannot be taken out: ringfence_kill names it",
        ),
        (
            {"models/c.sql": "\n{{ adapter.dispatch('flag', 'ringfence')('half') }}"},
            "models/c.sql:2: half cannot be taken out: this use is written in a way that is edited by hand",
        ),
        (
            {"models/c.sql": "\n{{ ringfence.variation('half', **sides) }}"},
            "models/c.sql:2: half cannot be taken out: the arguments of ringfence.variation() cannot be told",
        ),
        (
            {"packages.yml": "packages: [{package: acme/more, version: 1.0.0}]"},
            "half cannot be taken out: a package that is not installed may ask for it (more): run dbt deps",
        ),
        (
            {
                "packages.yml": "packages: [{local: more}]",
                "more/dbt_project.yml": "name: more\n",
                "more/macros/m.sql": "{% macro m() %}{{ ringfence.flag('half') }}{% endmacro %}",
            },
            "more/macros/m.sql:1:19: half cannot be taken out: another package asks for it",
        ),
        (
            {
                "dbt_project.yml": "name: shop\nvars:\n  ringfence_flags: {half: &a {permanent: true}, odd: *a}\n",
            },
            "half cannot be taken out",
        ),
    ],
)
def test_what_cannot_be_taken_out_is_refused_with_its_place(tmp_path: Path, files: dict[str, str], reason: str) -> None:
    made = repository(tmp_path, **files)
    done = cleaned(made, "half", "on")
    assert (done.code, done.out) == (2, "")
    assert reason in done.err
    assert made.git("status", "--porcelain") == ""


def test_a_flag_of_two_projects_is_asked_for_by_folder(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "two")
    text = "name: {}\nvars: {{ringfence_flags: {{x: {{permanent: true}}}}}}\n"
    made.write({"one/dbt_project.yml": text.format("one"), "two/dbt_project.yml": text.format("two")})
    made.commit()
    assert "there are several flags x (one, two)" in cleaned(made, "x", "on").err
    assert cleaned(made, "x", "on", "--project", "one").code == 0
    assert made.git("status", "--porcelain") == "M one/dbt_project.yml"


_LOADED = """
import sys
from ringfence.cli import main
main(["check"])
print(*sorted(name for name in sys.modules if "flag" in name and name.startswith("ringfence")), file=sys.stderr)
"""


def test_a_project_without_flags_pays_nothing_for_the_rules_about_them(tmp_path: Path) -> None:
    made = Consumer(tmp_path / "shop")
    made.write({"dbt_project.yml": "name: shop\n", "models/a.sql": "select 1 as id\n"})
    made.commit()
    done = made.run(sys.executable, "-c", _LOADED)
    assert done.err.splitlines()[-1] == "ringfence.domain.flagnames"
