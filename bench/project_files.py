"""The files of a generated project by path. `rng` is asked in a fixed order: same arguments, same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from project_data import (
    DESCRIBED_MACROS,
    ENTITIES,
    MACROS,
    RAW_ROWS,
    STATUS,
    raw_value,
    sentence,
)
from project_models import Column, Model, build, mutate, sql_of

MODELS_PER_FILE = 10


class Options(NamedTuple):
    """Where generic tests take their `arguments`: `nested` under that key, or at the `top` as before dbt 1.10."""

    models: int = 100
    seed: int = 7
    mutate: float = 0.0
    faults: float = 0.0
    arguments: str = "nested"


class Generated(NamedTuple):
    models: list[Model]
    files: dict[str, str]


def generate(options: Options) -> Generated:
    rng = random.Random(options.seed)
    models = build(options.models, rng)
    if options.mutate:
        models = mutate(models, options.mutate, random.Random(options.seed + 1))
    marts = [model for model in models if model.layer == "marts"]
    files = {
        "dbt_project.yml": _project(options),
        "profiles.yml": _PROFILES,
        ".gitignore": "target/\nlogs/\ndbt_packages/\n*.duckdb\n.user.yml\n",
        **{f"macros/{name}.sql": text for name, text in MACROS.items()},
        "macros/_macros.yml": _macros(rng),
        "models/docs.md": _DOCS,
        **{f"raw/{entity}.csv": _raw(entity, rng) for entity in ENTITIES},
    }
    files.update(_sources(models, rng))
    files.update({f"{model.folder}/{model.name}.sql": sql_of(model) for model in models})
    files.update(_properties(models, options))
    files["models/exposures.yml"] = _exposures(marts, max(1, options.models // 50), rng)
    files.update(_seeds())
    files["tests/assert_first_mart_has_rows.sql"] = _SINGULAR_TEST.format(name=marts[0].name)
    return Generated(models, files)


_PROFILES = """\
shop:
  target: dev
  outputs:
    dev:
      type: duckdb
      path: "{{ env_var('SHOP_DUCKDB_PATH', 'target/shop.duckdb') }}"
      threads: 2
"""
_DOCS = "{% docs updated_at %}\nLast change of the row in the source system, in UTC.\n{% enddocs %}\n"
_SINGULAR_TEST = """\
select 1 as problem
from (select count(*) as n from {{{{ ref('{name}') }}}}) as c
where c.n < 0
"""


def _project(options: Options) -> str:
    name = f"shop_{options.models}"
    nested = "  require_generic_test_arguments_property: true\n" if options.arguments == "nested" else ""
    return f"""\
name: {name}
version: "1.0.0"
config-version: 2
profile: shop
model-paths: ["models"]
macro-paths: ["macros"]
seed-paths: ["seeds"]
test-paths: ["tests"]
target-path: target
flags:
  send_anonymous_usage_stats: false
{nested}models:
  {name}:
    staging:
      +materialized: view
      +schema: staging
    intermediate:
      +materialized: view
    marts:
      +materialized: table
      +schema: marts
vars:
  raw_dir: raw
"""


def _macros(rng: random.Random) -> str:
    entries = [f"  - name: {name}\n    description: {_quoted(sentence(rng, 5, 10))}\n" for name in DESCRIBED_MACROS]
    return "version: 2\n\nmacros:\n" + "".join(entries)


def _raw(entity: str, rng: random.Random) -> str:
    columns = ENTITIES[entity]
    rows: list[list[object]] = [[column.raw for column in columns]]
    rows += [[raw_value(column, row, rng) for column in columns] for row in range(1, RAW_ROWS + 1)]
    return "".join(",".join(map(str, row)) + "\n" for row in rows)


def _sources(models: list[Model], rng: random.Random) -> Iterator[tuple[str, str]]:
    systems: dict[str, list[Model]] = {}
    for model in models:
        if model.layer == "staging":
            systems.setdefault(model.system, []).append(model)
    for system, tables in systems.items():
        lines = ["version: 2", "", "sources:", f"  - name: {system}"]
        lines += [f"    description: {_quoted(sentence(rng, 6, 12))}", "    config:", "      meta:"]
        lines += ["        external_location: \"read_csv('raw/{name}.csv')\"", "    tables:"]
        for table in tables:
            lines += [f"      - name: {table.entity}", f"        description: {_quoted(sentence(rng, 6, 12))}"]
            lines.append("        columns:")
            for column in ENTITIES[table.entity]:
                lines.append(f"          - name: {column.raw}")
                lines.append(f"            description: {_quoted(sentence(rng, 3, 7))}")
                if column.kind == "id":
                    lines += ["            data_tests:", "              - not_null"]
        yield f"models/staging/{system}/_{system}__sources.yml", "\n".join(lines) + "\n"


def _properties(models: list[Model], options: Options) -> Iterator[tuple[str, str]]:
    folders: dict[str, list[Model]] = {}
    for model in models:
        folders.setdefault(model.folder, []).append(model)
    writer = _Properties(models, options)
    for folder, held in folders.items():
        area = folder.split("/", 1)[1].replace("/", "_")
        for start in range(0, len(held), MODELS_PER_FILE):
            name = f"_{area}__models_{start // MODELS_PER_FILE + 1:03d}.yml"
            yield f"{folder}/{name}", writer.file(held[start : start + MODELS_PER_FILE])


class _Properties:
    """Writes properties files. A faulty model lacks its description (fault 0), one column's (1), or its tests (2)."""

    def __init__(self, models: list[Model], options: Options) -> None:
        self._keys = {model.name: model.key for model in models}
        self._rng = random.Random(options.seed + 2)
        self._faults = options.faults
        self._nested = options.arguments == "nested"

    def file(self, models: list[Model]) -> str:
        lines = ["version: 2", "", "models:"]
        for model in models:
            lines += [*self._model(model), ""]
        return "\n".join(lines) + "\n"

    def _model(self, model: Model) -> Iterator[str]:
        drawn = self._rng.random()
        fault = int(drawn / self._faults * 3) if drawn < self._faults else None
        yield f"  - name: {model.name}"
        if fault != 0:
            yield f"    description: {_quoted(model.description)}"
        yield "    config:"
        private = str(model.entity == "customers").lower()
        yield f"      meta: {{owner: team_{model.folder.split('/')[2]}, sla: daily, pii: {private}}}"
        if model.critical and not model.configured_in_sql:
            yield '      tags: ["critical", "locked"]'
            yield "      contract:"
            yield "        enforced: true"
        yield "    columns:"
        for place, column in enumerate(model.columns):
            yield f"      - name: {column.name}"
            if not (fault == 1 and place == 2):
                common = column.name == "updated_at"
                text = "{{ doc('updated_at') }}" if common else column.description
                yield f"        description: {_quoted(text, escape=not common)}"
            yield f"        data_type: {column.data_type}"
            tests = [] if fault == 2 or model.without_tests else self._tests(model, place, column)
            if tests:
                yield "        data_tests:"
                yield from tests

    def _tests(self, model: Model, place: int, column: Column) -> list[str]:
        if column.name == model.key:
            return ["          - unique", "          - not_null"]
        if column.parent is not None and column.parent in self._keys:
            wide = (len(model.name) + place) % 2 == 0
            fields = [f"to: ref('{column.parent}')", f"field: {self._keys[column.parent]}"]
            return ["          - not_null", *(self._test("relationships", fields) if wide else [])]
        if column.kind.startswith("st:"):
            chosen = "_" in column.name and (model.layer != "intermediate" or place % 2 == 0)
            values = ", ".join(map(repr, STATUS[column.kind[3:]]))
            told = chosen or column.name in ("tier", "plan", "channel")
            return self._test("accepted_values", [f"values: [{values}]"]) if told else []
        if column.kind == "cents" and column.name.startswith("total_") and place % 2 == 0:
            return ["          - is_non_negative:", "              config:", "                severity: warn"]
        return []

    def _test(self, name: str, arguments: list[str]) -> list[str]:
        indent = " " * (16 if self._nested else 14)
        lines = [f"          - {name}:", *(["              arguments:"] if self._nested else [])]
        return lines + [f"{indent}{argument}" for argument in arguments]


def _exposures(marts: list[Model], count: int, rng: random.Random) -> str:
    lines = ["version: 2", "", "exposures:"]
    for number in range(count):
        names = sorted({marts[(number * 7 + step) % len(marts)].name for step in range(3)})
        lines += [f"  - name: dashboard_{number + 1:04d}", "    type: dashboard", "    maturity: high"]
        lines += [f"    url: https://bi.example.com/dashboards/{number + 1}"]
        lines += [f"    description: {_quoted(sentence(rng, 6, 12))}", "    depends_on:"]
        lines += [f"      - ref('{name}')" for name in names]
        lines += ["    owner:", "      name: Analytics", "      email: analytics@example.com"]
    return "\n".join(lines) + "\n"


def _seeds() -> dict[str, str]:
    countries = "".join(f"C{number},Country {number}\n" for number in range(50))
    rates = "".join(f"X{number:02d},{1 + number / 10}\n" for number in range(30))
    return {
        "seeds/country_codes.csv": f"country_code,country_name\n{countries}",
        "seeds/fx_rates.csv": f"currency,rate_to_eur\n{rates}",
        "seeds/_seeds.yml": _SEEDS,
    }


_SEEDS = """\
version: 2

seeds:
  - name: country_codes
    description: "Country codes."
    columns:
      - name: country_code
        description: "Code."
        data_tests:
          - unique
          - not_null
  - name: fx_rates
    description: "Exchange rates."
"""


def _quoted(text: str, *, escape: bool = True) -> str:
    inner = text.replace('"', "'") if escape else text
    return f'"{inner}"'
