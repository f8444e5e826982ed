"""The floor of a cold read, run by the measured environment: Jinja parse of every model, all events of all YAML.

python -I suite_floor.py FOLDER             prints how many files of each
python -I suite_floor.py FOLDER --sql       sqlglot parses every model as well, each as `compiled` left it
python -I suite_floor.py FOLDER --compile   writes the SQL that the models stand for, which is not part of any floor
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Iterator

import jinja2
import yaml

COMPILED = os.path.join(".git", "ringfence-bench-compiled.json")
_SKIPPED = (".git", "target", "dbt_packages", "logs")


def files_of(folder: str) -> Iterator[tuple[str, str]]:
    """Path and text of every model and every YAML file."""
    for place, folders, found in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        for name in found:
            if (name.endswith(".sql") and f"{os.sep}models{os.sep}" in place) or name.endswith((".yml", ".yaml")):
                with open(os.path.join(place, name), encoding="utf-8") as file:
                    yield name, file.read()


def read(folder: str) -> tuple[int, int]:
    """What any reader has to do that resolves structure and YAML; returns how many models and YAML files it read."""
    parser = jinja2.Environment(extensions=["jinja2.ext.do"])
    models = files = 0
    for name, text in files_of(folder):
        if name.endswith(".sql"):
            parser.parse(text)
            models += 1
        else:
            for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
                pass
            files += 1
    return models, files


def parse(folder: str) -> int:
    """What any reader of columns has to do beyond that; returns how many statements it parsed."""
    import sqlglot

    with open(os.path.join(folder, COMPILED), encoding="utf-8") as file:
        statements: list[str] = json.load(file)
    for statement in statements:
        sqlglot.parse(statement, read="duckdb")
    return len(statements)


def compiled(folder: str) -> list[str]:
    """The models as SQL: names for relations, nothing for settings, the project's own macros before each."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    names = {
        "ref": lambda *parts, **_: parts[-1],
        "source": lambda *parts: ".".join(parts),
        "config": lambda **_: "",
        "is_incremental": lambda: False,
        "var": lambda _name, default="": default,
        "this": "this_relation",
        "target": {"name": "ci"},
    }
    macros = ""
    for name in sorted(os.listdir(os.path.join(folder, "macros"))):
        with open(os.path.join(folder, "macros", name), encoding="utf-8") as file:
            text = file.read()
        macros += text if name.endswith(".sql") and "{% test" not in text else ""
    texts = (text for name, text in files_of(folder) if name.endswith(".sql"))
    return [environment.from_string(macros + text).render(names) for text in texts]


def main(folder: str, *, sql: bool) -> None:
    gc.disable()  # as in ringfence
    models, files = read(folder)
    print(models, "models", files, "YAML files", parse(folder) if sql else 0, "statements")


if __name__ == "__main__":
    if sys.argv[2:] == ["--compile"]:
        made = compiled(sys.argv[1])
        with open(os.path.join(sys.argv[1], COMPILED), "w", encoding="utf-8") as target:
            json.dump(made, target)
    else:
        main(sys.argv[1], sql=sys.argv[2:] == ["--sql"])
