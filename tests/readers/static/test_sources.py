"""What is known of tables that dbt does not make."""

from __future__ import annotations

import pytest

from ringfence.readers.static.open import open_projects
from ringfence.sql.shape import Gap
from states import Texts

TEXTS = "read_csv('landing/{name}.csv', header = true, all_varchar = true)"


def typed(config: str, adapter: str | None = "duckdb") -> list[tuple[str | None, str | None]]:
    """Names and types of a model that reads a source with these settings."""
    files = {
        "models/s.yml": f"sources:\n  - name: raw\n    {config}\n    tables:\n      - name: t\n"
        "        columns: [{name: id, data_type: integer}, {name: gone, data_type: date}]\n",
        "models/a.sql": "select id, note as n, cast(x as date) as x from {{ source('raw', 't') }}",
    }
    output = open_projects(Texts(files), None, [("", adapter)])[0].outputs.typed("model.shop.a")
    return [(None, None) if isinstance(one, Gap) else (one.name, one.type) for one in output]


@pytest.mark.parametrize(
    "config",
    [
        f'config: {{external_location: "{TEXTS}"}}',
        f'meta: {{external_location: "{TEXTS}"}}',
        f'config: {{meta: {{external_location: "{TEXTS}"}}}}',
    ],
)
def test_files_that_are_read_as_texts(config: str) -> None:
    kind = {name: kind for name, kind in typed(config) if name != "x"}
    assert kind == {"id": "VARCHAR", "n": "VARCHAR"}


@pytest.mark.parametrize(
    ("config", "adapter"),
    [
        ("description: nothing is said of a file", "duckdb"),
        ('config: {external_location: "landing/{name}.csv"}', "duckdb"),
        (f'config: {{external_location: "{TEXTS}", plugin: excel}}', "duckdb"),
        (f'config: {{external_location: "{TEXTS}"}}', "snowflake"),
        ("config: {external_location: \"{{ env_var('WHERE') }}\"}", "duckdb"),
        (f'meta: {{external_location: "{TEXTS}", why: "{{{{ env_var(\'WHY\') }}}}"}}', "duckdb"),
    ],
)
def test_what_yaml_claims_of_a_source_is_no_fact(config: str, adapter: str) -> None:
    assert [kind for _, kind in typed(config, adapter)[:2]] == [None, None]
