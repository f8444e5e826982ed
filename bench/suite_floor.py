"""The floor of a cold read, run by the measured environment: Jinja parse of every model, all events of all YAML.

python -I suite_floor.py FOLDER     prints how many files of each
"""

from __future__ import annotations

import gc
import os
import sys

import jinja2
import yaml


def main(folder: str) -> None:
    # What any reader has to do that resolves structure and YAML; the cycle collector off, as in ringfence.
    gc.disable()
    parser = jinja2.Environment(extensions=["jinja2.ext.do"])
    models = files = 0
    for place, folders, found in os.walk(folder):
        folders[:] = [name for name in folders if name not in (".git", "target", "dbt_packages", "logs")]
        for name in found:
            sql = name.endswith(".sql")
            if not sql and not name.endswith((".yml", ".yaml")):
                continue
            with open(os.path.join(place, name), encoding="utf-8") as file:
                text = file.read()
            if not sql:
                for _ in yaml.parse(text, Loader=yaml.CSafeLoader):
                    pass
                files += 1
            elif f"{os.sep}models{os.sep}" in place:
                parser.parse(text)
                models += 1
    print(models, "models", files, "YAML files")


if __name__ == "__main__":
    main(sys.argv[1])
