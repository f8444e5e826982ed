"""CSV files that DuckDB reads in place, as far as a call decides what becomes of them."""

from __future__ import annotations

import re

# One file, no pattern and no `key=value` folder: neither brings columns of its own.
_READ_CSV = re.compile(r"\s*read_csv(?:_auto)?\s*\(\s*'[^'*?\[=]*'\s*((?:,[^,()]+)*)\)\s*", re.IGNORECASE)
_OPTION = re.compile(r"\s*(\w+)\s*=\s*(.*?)\s*", re.DOTALL)
# Options that neither add columns nor give one another type:
# https://duckdb.org/docs/stable/data/csv/overview#parameters
_HARMLESS = frozenset(
    {
        "all_varchar", "header", "delim", "sep", "delimiter", "quote", "escape", "comment", "skip", "nullstr",
        "compression", "encoding", "ignore_errors", "null_padding", "max_line_size", "new_line", "normalize_names",
        "parallel", "strict_mode", "sample_size", "auto_detect", "allow_quoted_nulls", "buffer_size",
    }
)  # fmt: skip


def reads_texts(call: str) -> bool:
    """Return whether a call of `read_csv` gives nothing but texts, whatever stands in the file."""
    found = _READ_CSV.fullmatch(call)
    if found is None:
        return False
    options = [_OPTION.fullmatch(part) for part in found[1].split(",")[1:]]
    named = {option[1].lower(): option[2].lower() for option in options if option is not None}
    return len(named) == len(options) and named.keys() <= _HARMLESS and named.get("all_varchar") == "true"
