"""The tables of `thecal batch` as pandas, polars, DuckDB and pyarrow read them.

    .venv/bin/python readers.py OUT               one run: results.parquet against results.csv
    .venv/bin/python readers.py --shards LIST RESULTS
                                                  a split run: the SQL of docs/scaling.md

`LIST` is what `thecal batch ROOT --dry-run` listed, `RESULTS` the folder that holds `shard=K`.
"""

import csv
import importlib
import math
import re
import sys
from pathlib import Path

NUMBERS = ("value", "lower", "upper")
SCALING = Path(__file__).resolve().parents[2] / "docs/scaling.md"


def rows_of(name, path):
    """Rows as dictionaries, with None for nulls."""
    module = importlib.import_module(name)
    if name == "pandas":
        table = module.read_parquet(path)
        return table.astype(object).where(table.notna(), None).to_dict("records")
    if name == "polars":
        return module.read_parquet(path).to_dicts()
    if name == "duckdb":
        # A folder `shard=K` above the file would be one more column.
        found = module.sql(f"select * from read_parquet('{path}', hive_partitioning = false)")
        return [dict(zip(found.columns, row)) for row in found.fetchall()]
    return module.read_table(path).to_pylist()


def same(text, value):
    """A cell of the CSV (four decimals, empty for null) and one of a reader."""
    if text == "" or value is None:
        return text == "" and value in (None, "")
    if isinstance(value, float):
        return math.isclose(float(text), value, abs_tol=0.5001e-4)
    return text == str(value)


def tables(out):
    """Reads results.parquet with each of them and compares each cell with results.csv."""
    with open(Path(out) / "results.csv", newline="", encoding="utf-8") as file:
        expected = list(csv.DictReader(file))
    for name in ("pandas", "polars", "duckdb", "pyarrow.parquet"):
        try:
            rows = rows_of(name, str(Path(out) / "results.parquet"))
        except ImportError as e:
            print(f"{name}: left out ({e})")
            continue
        assert len(rows) == len(expected), (name, len(rows), len(expected))
        for row, cells in zip(rows, expected):
            assert list(row) == list(cells), (name, list(row), list(cells))
            assert all(row[n] is None or isinstance(row[n], float) for n in NUMBERS), (name, row)
            wrong = [k for k in cells if not same(cells[k], row[k])]
            assert not wrong, (name, wrong, cells, row)
        nulls = sum(row["value"] is None for row in rows)
        print(f"{name}: {len(rows)} rows and {len(expected[0])} columns as in results.csv, {nulls} without a value")


def shards(listed, results):
    """The SQL of docs/scaling.md as it stands there, on these files."""
    import duckdb

    text = SCALING.read_text(encoding="utf-8")
    whole = re.search(r"`(select \* from read_parquet[^`]*)`", text)[1].replace("\n", " ")
    lost = re.search(r"^ +(select \S+ from 'all.csv'[^;]*);", text, re.M | re.S)[1]
    here = lambda sql: re.sub(r"\s+", " ", sql.replace("results/*", f"{results}/*").replace("all.csv", listed))
    with open(listed, newline="", encoding="utf-8") as file:
        keys = {row["study"] for row in csv.DictReader(file)}
    table = duckdb.sql(here(whole))
    held = {row[0] for row in table.select("study").fetchall()}
    parts = {row[0] for row in table.select("shard").distinct().fetchall()}
    missing = duckdb.sql(here(lost)).fetchall()
    assert held == keys and not missing, (keys - held, missing)
    print(f"{len(keys)} studies in {len(parts)} shards, none lost")
    # A shard that is not there must be seen.
    gone = sorted(parts)[0]
    fewer = here(lost).replace("shard=*", "*").replace(f"{results}/*/", f"{results}/shard=[!{gone}]*/")
    assert duckdb.sql(fewer).fetchall(), "the query does not see a shard that is missing"
    print(f"without shard {gone}: {len(duckdb.sql(fewer).fetchall())} are told as lost")


def main():
    if sys.argv[1:2] == ["--shards"]:
        shards(*sys.argv[2:4])
    else:
        tables(sys.argv[1])


if __name__ == "__main__":
    main()
