"""Placements that dbt deprecates and still reads, by the version from which the new one works.

Source: dbt/deprecations.py, dbt/parser/generic_test_builders.py and the JSON schema of dbt-core 1.10 and 1.11 (what it
allows under `config:` and no longer beside it); https://docs.getdbt.com/reference/deprecations. Keys whose new place
dbt 1.11 itself does not read yet, such as a saved query's tags, are left out.
"""

from __future__ import annotations

from ringfence.domain.configkeys import words

# From this version on the new places are read; older ones ignore or refuse them.
SINCE = (1, 10)
# Place -> keys that every dbt we read reads under config: as well (dbt 1.5 and later).
LONG_SINCE = {**dict.fromkeys(("model", "seed", "snapshot"), words("access contract docs group meta"))}
# From this version on `tests:` is called `data_tests:` (dbt/parser/schemas.py: validate_data_tests).
SINCE_DATA_TESTS = (1, 8)

_BUILT = words("docs group meta")
_FRESH = words("freshness loaded_at_field loaded_at_query meta tags")
# Place -> keys that belong under config: now.
MOVED: dict[str, frozenset[str]] = {
    "model": _BUILT | {"access", "contract"},
    "seed": _BUILT,
    "snapshot": _BUILT,
    "analysis": _BUILT,
    "source": _FRESH,
    "table": _FRESH,
    "column": words("meta tags"),
    "exposure": words("meta tags"),
    "metric": words("meta"),
    # of a generic test
    "test": words(
        "alias database enabled error_if fail_calc limit meta schema severity store_failures store_failures_as tags "
        "warn_if where"
    ),
}
# Keys of a generic test that are no arguments.
OF_TEST = MOVED["test"] | words("arguments column_name config description name test_name")
