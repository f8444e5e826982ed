"""Reading manifests: ours, a bare typed decoding of the same types, and the standard library's json.

    python bench/manifest.py table MANIFEST [OTHER] [-n RUNS]   every piece of work as processes of its own, and ratios
    python bench/manifest.py {read | nodes | decode | json} MANIFEST      one piece of work in this process
    python bench/manifest.py {diff | decode} MANIFEST OTHER
    python bench/manifest.py mutate MANIFEST NEW                change one model in a hundred, in six ways in turn
    python bench/manifest.py multiply MANIFEST NEW TIMES        the own nodes again and again, under other names

`decode` is the floor: the file mapped into memory, no garbage collection, nothing made of what was decoded; of two
manifests the nodes are compared. That we read the file instead, because a mapped file that dbt cuts off ends the
process, is part of our time.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from measure import line, once, summary

Json = dict[str, Any]
_NAMED = ("model", "seed", "snapshot", "test", "exposure")


def read(path: str) -> int:
    """Open it as `diff` and `check` do, and look at every own node's name."""
    from ringfence.readers.manifest.open import open_manifest

    return len(open_manifest(path, root="").names())


def nodes(path: str) -> int:
    from ringfence.readers.manifest.open import open_manifest

    return sum(1 for _ in open_manifest(path, root="").nodes())


def diff(path: str, other: str) -> int:
    """Every kind of change between two manifests."""
    from ringfence import changes
    from ringfence.changes.index import CHANGES
    from ringfence.domain.pairs import States
    from ringfence.domain.runner import compare
    from ringfence.readers.manifest.open import open_manifest

    base, head = open_manifest(path, root=""), open_manifest(other, root="")
    states, among = States(base, head), head.differing(base)
    return sum(1 for _ in compare(map(changes.load, CHANGES), states, among))


def decode(*paths: str) -> int:
    import mmap

    import msgspec

    from ringfence.readers.manifest.schema import Manifest

    decoder = msgspec.json.Decoder(Manifest)
    found = []
    for path in paths:
        with open(path, "rb") as file:
            # left open: what is not decoded yet still points into it
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        found.append(decoder.decode(memoryview(mapped)).nodes)
    one, other = found[0], found[-1]
    return sum(1 for key, node in one.items() if other.get(key) != node) if len(found) > 1 else len(one)


def standard(path: str) -> int:
    with open(path, "rb") as file:
        return len(json.load(file)["nodes"])


def mutate(path: str, new: str) -> int:
    """The number of models that were changed."""
    manifest: Json = json.loads(Path(path).read_bytes())
    models = [key for key, node in manifest["nodes"].items() if node["resource_type"] == "model"]
    chosen = models[::100]
    for number, key in enumerate(chosen):
        _mutated(manifest["nodes"], key, number % 6)
    Path(new).write_text(json.dumps(manifest), encoding="utf-8")
    return len(chosen)


def _mutated(nodes: Json, key: str, way: int) -> None:
    node = nodes[key]
    columns = list(node["columns"].values())
    if way == 0:
        del nodes[key]
    elif way == 1 and columns:
        del node["columns"][columns[-1]["name"]]
    elif way == 2 and columns:
        columns[0]["data_type"] = "blob"
    elif way == 3:
        node["config"]["contract"]["enforced"] = False
    elif way == 4:
        node["config"]["materialized"] = "ephemeral"
    else:
        node["tags"] = node["config"]["tags"] = []
        for test in [one for one, each in nodes.items() if each.get("attached_node") == key]:
            del nodes[test]


def multiply(path: str, new: str, times: int) -> int:
    """The number of nodes afterwards."""
    manifest: Json = json.loads(Path(path).read_bytes())
    found = dict(manifest["nodes"])
    own = manifest["metadata"]["project_name"]
    ids = re.compile(rf'("(?:{"|".join(_NAMED)})\.{re.escape(own)}\.)([^".]+)')
    text = json.dumps(manifest["nodes"])
    for number in range(1, times):
        copied: Json = json.loads(ids.sub(rf"\1\2_c{number}", text))
        for node in copied.values():
            _renamed(node, f"_c{number}")
        found.update(copied)
    Path(new).write_text(json.dumps({**manifest, "nodes": found}), encoding="utf-8")
    return len(found)


def _renamed(node: Json, suffix: str) -> None:
    node["name"] += suffix
    node["fqn"][-1] += suffix
    node["original_file_path"] = node["original_file_path"].replace("/", f"/{suffix[1:]}/", 1)
    for ref in node.get("refs", ()):
        ref["name"] += suffix
    if node.get("test_metadata"):
        kwargs = node["test_metadata"]["kwargs"]
        kwargs["model"] = re.sub(r"(ref\('[^']+)'", rf"\1{suffix}'", kwargs["model"])


def table(paths: Sequence[str], runs: int) -> Iterator[str]:
    """A line per piece of work, and ours in bare decodings of the same files; all alternate to meet the same load."""
    works = {"decode": paths[:1], "read": paths[:1], "nodes": paths[:1], "json": paths[:1]}
    named = {name: [name, *files] for name, files in works.items()}
    if len(paths) > 1:
        named |= {"decode two": ["decode", *paths], "diff": ["diff", *paths]}
    found: dict[str, list[Any]] = {name: [] for name in named}
    for _ in range(runs + 1):
        for name, arguments in named.items():
            found[name].append(once([sys.executable, __file__, *arguments]))
    figures = {name: summary(several[1:]) for name, several in found.items()}
    for name, figure in figures.items():
        bare = figures["decode two" if name in ("decode two", "diff") else "decode"]
        yield f"{line(name, figure)}  cpu / decode {figure.cpu[0] / bare.cpu[0]:.2f}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    works: dict[str, Callable[..., int]] = {
        "read": read,
        "nodes": nodes,
        "decode": decode,
        "json": standard,
        "diff": diff,
        "mutate": mutate,
    }
    parser.add_argument("work", choices=[*works, "multiply", "table"])
    parser.add_argument("manifest")
    parser.add_argument("others", nargs="*")
    parser.add_argument("-n", "--runs", type=int, default=5)
    asked = parser.parse_args(argv)
    if asked.work == "table":
        for told in table([asked.manifest, *asked.others], asked.runs):
            print(told)
    elif asked.work == "multiply":
        print(multiply(asked.manifest, asked.others[0], int(asked.others[1])))
    else:
        print(works[asked.work](asked.manifest, *asked.others))
    return 0


if __name__ == "__main__":
    gc.disable()  # as the floor does, so that only the work differs
    raise SystemExit(main())
