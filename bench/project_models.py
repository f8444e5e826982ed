"""The models of a generated project: columns, common table expressions and SQL of three layers."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field

from project_data import DIMENSIONS, DOMAINS, ENTITIES, STATUS, kind_of, sentence

LAYERS = {"staging": "view", "intermediate": "view", "marts": "table"}  # with the default materialization
_CRITICAL_SHARE = {"staging": 0.025, "intermediate": 0.05, "marts": 0.25}


@dataclass(eq=False)
class Column:
    name: str
    kind: str
    parent: str | None = None  # the staging model a foreign key points to
    description: str = ""
    data_type: str = ""

    def __post_init__(self) -> None:
        self.data_type = kind_of(self.kind).data_type

    @property
    def is_foreign_key(self) -> bool:
        return self.kind.startswith("fk:")


@dataclass(eq=False)
class Model:
    name: str
    layer: str
    folder: str
    entity: str
    system: str
    key: str
    columns: list[Column] = field(default_factory=list)
    parents: list[Model] = field(default_factory=list)
    expressions: list[str] = field(default_factory=list)  # common table expressions; the model selects from `last`
    last: str = ""
    header: str = ""
    description: str = ""
    materialized: str = ""
    critical: bool = False
    configured_in_sql: bool = False
    without_tests: bool = False

    def __post_init__(self) -> None:
        self.materialized = LAYERS[self.layer]

    def add(self, name: str, *lines: str) -> None:
        """Add a common table expression, the new last one."""
        body = "\n".join(lines)
        self.expressions.append(f"{name} as (\n\n{body}\n\n)")
        self.last = name

    def read(self, name: str, parent: Model, columns: str = "*") -> None:
        """Add a common table expression that reads a model."""
        self.parents.append(parent)
        self.add(name, f"    select {columns} from {{{{ ref('{parent.name}') }}}}")


Stage = dict[str, Model]  # the staging models of one system by entity


def staging(system: str, entity: str) -> Model:
    raw = ENTITIES[entity]
    model = Model(f"stg_{system}__{entity}", "staging", f"models/staging/{system}", entity, system, raw[0].name)
    for column in raw:
        parent = f"stg_{system}__{column.kind[3:]}" if column.kind.startswith("fk:") else None
        model.columns.append(Column(column.name, column.kind, parent))
    items = [f"{kind_of(column.kind).expression % column.raw} as {column.name}" for column in raw]
    model.add("source", f"    select * from {{{{ source('{system}', '{entity}') }}}}")
    model.add("renamed", _select(items), "    from source", f"    {{{{ limit_in_dev('{raw[-1].raw}') }}}}")
    return model


def enriched(base: Model, stage: Stage, variant: int, name: str) -> Model:
    """The base with columns of what its foreign keys point to."""
    model = _intermediate(base, name, base.key)
    model.columns = _copied(base.columns)
    items = [f"base.{column.name}" for column in base.columns]
    joins = []
    for key in [column for column in base.columns if column.is_foreign_key][: 1 + variant % 2]:
        entity = key.kind[3:]
        parent = stage[entity]
        model.read(entity, parent)
        joins.append(_join(entity, key.name, parent.key))
        for column in parent.columns[1:4]:
            alias = f"{entity.rstrip('s')}_{column.name}"
            if alias not in [taken.name for taken in model.columns]:
                model.columns.append(Column(alias, column.kind))
                items.append(f"{entity}.{column.name} as {alias}")
    cents = [column.name for column in base.columns if column.kind == "cents"]
    if len(cents) > 1:
        quotient = f"{{{{ safe_divide('base.{cents[0]}', 'base.{cents[1]}') }}}}"
        items.append(f"cast({quotient} as decimal(18, 2)) as {cents[0]}_ratio")
        model.columns.append(Column(f"{cents[0]}_ratio", "cents"))
    model.add("joined", _select(items), "    from base", *joins)
    return model


def aggregated(base: Model, _stage: Stage, variant: int, name: str) -> Model:
    """One row per foreign key: counts, sums, a column for each value of the first status."""
    keys = [column for column in base.columns if column.is_foreign_key] or base.columns[:1]
    key = keys[variant % len(keys)]
    model = _intermediate(base, name, key.name)
    model.columns = [Column(key.name, key.kind, key.parent), Column(f"{base.entity}_count", "count")]
    items = [key.name, f"count(*) as {base.entity}_count"]
    for column in base.columns:
        if column.kind == "cents":
            items.append(f"cast(sum({column.name}) as decimal(18, 2)) as total_{column.name}")
            model.columns.append(Column(f"total_{column.name}", "cents"))
    time = next((column.name for column in base.columns if column.kind == "ts"), "updated_at")
    items += [f"min({time}) as first_{time}", f"max({time}) as last_{time}"]
    model.columns += [Column(f"first_{time}", "ts"), Column(f"last_{time}", "ts")]
    status = next((column for column in base.columns if column.kind.startswith("st:")), None)
    if status is not None:
        values = STATUS[status.kind[3:]]
        model.header = f"{{% set {status.name}_values = [{', '.join(map(repr, values))}] %}}\n\n"
        items.append(_counts(status.name))
        model.columns += [Column(f"n_{value}", "count") for value in values]
    model.add("aggregated", _select(items), "    from base", f"    group by {key.name}")
    return model


def _counts(status: str) -> str:
    return (
        f"{{% for value in {status}_values %}}\n"
        f"        count(case when {status} = '{{{{ value }}}}' then 1 end) as n_{{{{ value }}}}"
        "{{ ',' if not loop.last }}\n        {% endfor %}"
    )


def latest(base: Model, _stage: Stage, _variant: int, name: str) -> Model:
    """The latest version of each row."""
    model = _intermediate(base, name, base.key)
    model.columns = [*_copied(base.columns), Column("row_version", "count")]
    window = f"            partition by {base.key}\n            order by updated_at desc\n        ) as row_version"
    model.add("numbered", "    select\n        *,\n        row_number() over (", window, "    from base")
    names = [column.name for column in model.columns]
    model.add("latest", _select(names), "    from numbered", "    where row_version = 1")
    return model


_MAKERS = {"enriched": enriched, "agg": aggregated, "latest": latest}


def _intermediate(base: Model, name: str, key: str) -> Model:
    folder = f"models/intermediate/{base.system}"
    model = Model(name, "intermediate", folder, base.entity, base.system, key)
    model.read("base", base)
    return model


def mart(base: Model, aggregates: list[Model], upstream: Model | None, name: str, folder: str) -> Model:
    """The base with a surrogate key, what aggregates say of its keys, and whether an earlier mart holds the row."""
    model = Model(name, "marts", folder, base.entity, base.system, base.key)
    model.read("base", base)
    model.columns = [Column(f"{base.entity}_key", "hash"), *_copied(base.columns)]
    items = [f"{{{{ surrogate_key(['base.{base.key}']) }}}} as {base.entity}_key"]
    items += [f"base.{column.name}" for column in base.columns]
    joins = []
    taken = {column.name for column in model.columns}
    for number, aggregate in enumerate(aggregates, start=1):
        if aggregate.key not in taken:
            continue
        alias = f"agg_{number}"
        model.read(alias, aggregate)
        joins.append(_join(alias, aggregate.key, aggregate.key))
        for column in aggregate.columns[1:5]:
            if column.name not in taken:
                taken.add(column.name)
                model.columns.append(Column(column.name, column.kind))
                value = f"{alias}.{column.name}"
                filled = f"{{{{ zero_if_null('{value}') }}}} as {column.name}"
                items.append(filled if column.kind == "count" else value)
    if upstream is not None and upstream.key == base.key:
        model.read("earlier", upstream, upstream.key)
        joins.append(_join("earlier", base.key, base.key))
        items.append(f"earlier.{base.key} is not null as is_in_{upstream.entity}_mart")
        model.columns.append(Column(f"is_in_{upstream.entity}_mart", "flag"))
    model.add("final", _select(items), "    from base", *joins)
    return model


_NEW_ROWS = """\
    {% if is_incremental() %}
    where base.updated_at > (select coalesce(max(updated_at), timestamp '1900-01-01') from {{ this }})
    {% endif %}
"""


def _make_incremental(model: Model) -> None:
    model.materialized = "incremental"
    model.expressions[-1] = model.expressions[-1].removesuffix("\n)") + _NEW_ROWS + "\n)"


def _copied(columns: Iterable[Column]) -> list[Column]:
    return [Column(column.name, column.kind, column.parent) for column in columns]


def _select(items: Iterable[str]) -> str:
    return "    select\n" + ",\n".join(f"        {item}" for item in items)


def _join(alias: str, key: str, other: str) -> str:
    return f"    left join {alias}\n        on base.{key} = {alias}.{other}"


def build(count: int, rng: random.Random) -> list[Model]:
    """`count` models: 40 % staging, 30 % intermediate, 30 % marts."""
    stages = _stages(round(count * 0.4))
    between = _intermediates(round(count * 0.3), stages)
    models = [model for stage in stages.values() for model in stage.values()] + between
    models += _marts(count, count - len(models), stages, between, rng)
    for model in models:
        model.description = sentence(rng, 10, 24)
        for column in model.columns:
            column.description = sentence(rng, 4, 12)
        model.configured_in_sql = rng.random() < 0.5
        if rng.random() < _CRITICAL_SHARE[model.layer]:
            model.critical = True
            if model.materialized == "view":
                model.materialized = "table"
    return models


def _stages(count: int) -> dict[str, Stage]:
    """Systems, each with every entity; the last one has the first so many, and parents stand before their children."""
    entities = list(ENTITIES)
    systems = [f"s{number + 1:03d}" for number in range(max(1, math.ceil(count / len(entities))))]
    stages: dict[str, Stage] = {}
    for system in systems:
        stages[system] = {entity: staging(system, entity) for entity in entities[:count]}
        count -= len(stages[system])
    return stages


def _intermediates(count: int, stages: dict[str, Stage]) -> list[Model]:
    models = []
    systems = list(stages)
    for number in range(count):
        turn, place = divmod(number, len(systems))
        stage = stages[systems[place]]
        base = list(stage.values())[(turn * 5 + 3) % len(stage)]
        kind = list(_MAKERS)[turn % 3]
        if kind == "enriched" and not any(column.is_foreign_key for column in base.columns):
            kind = "latest"
        models.append(_MAKERS[kind](base, stage, turn, f"int_{base.system}__{base.entity}_{kind}_{turn + 1}"))
    return models


def _marts(total: int, count: int, stages: dict[str, Stage], between: list[Model], rng: random.Random) -> list[Model]:
    models: list[Model] = []
    systems = list(stages)
    for number in range(count):
        turn, place = divmod(number, len(systems))
        own = [model for model in between if model.system == systems[place]]
        aggregates = [model for model in own if "_agg_" in model.name]
        rows = [model for model in own if "_agg_" not in model.name] or list(stages[systems[place]].values())
        base = rows[turn % len(rows)]
        earlier = [model for model in models if model.system == base.system and model.key == base.key]
        upstream = earlier[-1] if rng.random() < 0.3 and earlier else None
        area, domain = divmod(number, len(DOMAINS))
        folder = f"models/marts/{DOMAINS[domain]}" + (f"/area_{area // 100:02d}" if total > 1000 else "")
        picks = aggregates[turn % len(aggregates) :][:2] if aggregates else []
        prefix = "dim" if base.entity in DIMENSIONS else "fct"
        made = mart(base, picks, upstream, f"{prefix}_{base.system}__{base.entity}_{turn + 1}", folder)
        if prefix == "fct" and rng.random() < 0.2:
            _make_incremental(made)
        models.append(made)
    return models


def sql_of(model: Model) -> str:
    settings = []
    if model.materialized != LAYERS[model.layer]:
        settings.append(f"materialized='{model.materialized}'")
    if model.materialized == "incremental":
        settings += [f"unique_key='{model.key}'", "on_schema_change='fail'"]
    if model.critical and model.configured_in_sql:
        settings += ["tags=['critical', 'locked']", "contract={'enforced': true}"]
    config = ",\n".join(f"    {setting}" for setting in settings)
    expressions = ",\n\n".join(model.expressions)
    names = [f"cast({column.name} as {column.data_type}) as {column.name}" for column in model.columns]
    if not model.critical:
        names = [column.name for column in model.columns]
    parts = [
        f"{{{{ config(\n{config}\n) }}}}\n\n" if settings else "",
        f"-- {model.description}\n-- grain: one row per {model.key}\n{model.header}",
        f"with {expressions}\n\n",
        "select\n" + ",\n".join(f"    {name}" for name in names) + f"\nfrom {model.last}\n",
    ]
    return "".join(parts)


def mutate(models: list[Model], share: float, rng: random.Random) -> list[Model]:
    """Change a share of the models; only leaves lose columns or are removed, so that the project still parses."""
    used = {parent.name for model in models for parent in model.parents}
    leaves = [model for model in models if model.name not in used]
    gone = set()
    for number, picked in enumerate(rng.sample(models, max(1, round(len(models) * share)))):
        change = number % 9
        model = rng.choice(leaves) if change in (0, 1, 2, 3, 8) and picked.name in used else picked
        if change < 4:
            _change_columns(model, change)
        elif change == 4:
            locked = [each for each in models if each.critical]
            if locked:
                rng.choice(locked).critical = False
        elif change == 5:
            model.description = f"Changed: {model.description}"
        elif change == 6:
            model.header = f"-- touched\n{model.header}"
        elif change == 7:
            model.without_tests = True
        else:
            gone.add(model.name)
    return [model for model in models if model.name not in gone]


def _change_columns(model: Model, change: int) -> None:
    last = model.columns[-1]
    if change == 0:
        model.columns = model.columns[:-1]
    elif change == 1:
        last.name += "_v2"
    elif change == 2:
        last.data_type = "double" if last.data_type != "double" else "varchar"
    else:
        model.columns.append(Column("added_flag", "flag", description="Added column."))
