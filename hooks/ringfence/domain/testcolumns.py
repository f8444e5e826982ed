"""Which arguments of well-known generic tests name columns of the model that is tested."""

from __future__ import annotations

from ringfence.domain.generictest import BUILT_IN

# dbt-labs/dbt-utils at 700764c and metaplane/dbt-expectations at 77d3856: the arguments that stand as column names in
# the SQL of the test. Those that name what must *not* be there, or what is only expected, are left out.
_ARGUMENTS = {
    "dbt_utils": {
        "accepted_range": ("column_name",),
        "at_least_one": ("column_name", "group_by_columns"),
        "cardinality_equality": ("column_name",),
        "equal_rowcount": ("group_by_columns",),
        "equality": ("compare_columns",),
        "fewer_rows_than": ("group_by_columns",),
        "mutually_exclusive_ranges": ("lower_bound_column", "upper_bound_column", "partition_by"),
        "not_accepted_values": ("column_name",),
        "not_constant": ("column_name", "group_by_columns"),
        "not_empty_string": ("column_name",),
        "not_null_proportion": ("column_name", "group_by_columns"),
        "recency": ("field", "group_by_columns"),
        "relationships_where": ("column_name",),
        "sequential_values": ("column_name", "group_by_columns"),
        "unique_combination_of_columns": ("combination_of_columns",),
    },
    "dbt_expectations": {
        "expect_column_pair_values_A_to_be_greater_than_B": ("column_A", "column_B"),
        "expect_column_pair_values_to_be_equal": ("column_A", "column_B"),
        "expect_column_pair_values_to_be_in_set": ("column_A", "column_B"),
        "expect_compound_columns_to_be_unique": ("column_list",),
        "expect_grouped_row_values_to_have_recent_data": ("group_by", "timestamp_column"),
        "expect_multicolumn_sum_to_equal": ("column_list",),
        "expect_select_column_values_to_be_unique_within_record": ("column_list",),
    },
}


def column_arguments(name: str, namespace: str | None) -> tuple[str, ...]:
    """Return the arguments of a test that name columns of its model; none for a test that is not known here."""
    if namespace is None or namespace == "dbt":
        return ("column_name",) if name in BUILT_IN else ()
    return _ARGUMENTS.get(namespace, {}).get(name, ())
