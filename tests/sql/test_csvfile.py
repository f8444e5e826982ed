"""Files that DuckDB reads as nothing but texts, held against DuckDB itself."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ringfence.sql.csvfile import reads_texts


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("read_csv('{}', all_varchar = true)", True),
        ("READ_CSV_AUTO ( '{}' , header=TRUE, delim=';', all_varchar=True ) ", True),
        ("read_csv('{}', header = true)", False),
        ("read_csv('{}')", False),
        ("read_csv('{}', all_varchar = false)", False),
        ("read_csv('{}', all_varchar = true, filename = true)", False),
        ("read_csv('{}', all_varchar = true, types = ['BIGINT', 'DATE', 'VARCHAR'])", False),
        ("read_csv('{}', all_varchar = true, header)", False),
        ("read_csv('*.csv', all_varchar = true)", False),
        ("read_csv('day=2020-01-01/n.csv', all_varchar = true)", False),
        ("read_csv(['{}'], all_varchar = true)", False),
        ("read_parquet('{}')", False),
        ("{}", False),
    ],
)
def test_reads_texts(call: str, tmp_path: Path, *, answer: bool) -> None:
    (tmp_path / "n.csv").write_text("a;b;c\n1;2020-01-01;x\n")
    written = call.format(tmp_path / "n.csv")
    assert reads_texts(written) is answer
    if answer:
        described = duckdb.execute(f"describe from {written}").fetchall()
        assert {row[1] for row in described} == {"VARCHAR"}
