"""The same project judged by other tools, and parsed by dbt, where their environments are given.

They all read target/manifest.json, which a row of ringfence never finds: it is put there for them alone. A peer is kept
from the network, and what it reports home is switched off.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from suite_bench import Bench
from suite_measure import Measured, Step, alternate, compile_folders
from suite_repository import given, kept_manifest

# Nobody listens there.
_OFFLINE = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
# Files stand first: some options take any number of values.
_CHECKPOINT = """
check-model-has-contract FILES
check-model-has-description FILES
check-model-has-properties-file FILES
check-model-has-tests FILES --test-cnt 1
check-model-has-tests-by-name FILES --tests unique=1
check-model-has-meta-keys FILES --meta-keys owner --allow-extra-keys
check-model-columns-have-desc FILES
check-model-name-contract FILES --pattern .*
check-model-tags FILES --tags critical locked
check-model-parents-and-childs FILES --min-parent-cnt 0
"""
# What dbt-checkpoint calls itself where it is installed from its repository.
_NAMED = ("pre-commit-hooks",)
_DISTRIBUTION = re.compile(r"(?P<name>.+)-(?P<version>[^-]+)\.dist-info")


class Peer(NamedTuple):
    """A row of another tool: whole command lines, run one after the other."""

    key: str
    label: str
    commands: list[list[str]]


class Peers:
    """The environments given, by name: dbt-checkpoint, dbt-bouncer, dbt-score, and dbt's own."""

    def __init__(self, environments: Mapping[str, Path], dbt: Path | None) -> None:
        """Raises SystemExit for a peer that is not known, or has no environment there."""
        self.environments = environments
        self.dbt = dbt
        for name, folder in environments.items():
            if name not in KNOWN:
                raise SystemExit(f"--peer {name}: known are {', '.join(KNOWN)}")
            if not (folder / "bin" / "python").exists():
                raise SystemExit(f"--peer {name}: there is no environment in {folder}")
            compile_folders(str(folder / "bin" / "python"), [str(folder / "lib")])

    def versions(self) -> dict[str, list[str]]:
        """The versions of each peer and of its dbt."""
        given = {**self.environments, **({"dbt": self.dbt} if self.dbt else {})}
        found = {}
        for name, folder in given.items():
            packages = [_DISTRIBUTION.fullmatch(path.name) for path in folder.glob("lib/*/site-packages/*.dist-info")]
            told = {one["name"].replace("_", "-"): one["version"] for one in packages if one}
            found[name] = [f"{key} {told[key]}" for key in (name, *_NAMED, "dbt-core") if key in told]
        return found

    def measure(self, bench: Bench, runs: int, dbt_runs: int) -> Iterator[tuple[Peer, Measured | str]]:
        """Each row with its figures, or why there are none."""
        if self.dbt is not None:
            yield from self._parse(bench, self.dbt, dbt_runs)
        if not self.environments:
            return
        manifest = kept_manifest(bench.repository)
        if not manifest.exists():
            why = "target/manifest.json is needed: give an environment of dbt with --dbt"
            yield from ((Peer(name, name, []), why) for name in self.environments)
            return
        with given(bench.repository, manifest):
            for name, folder in self.environments.items():
                for peer in KNOWN[name](bench, folder / "bin"):
                    yield peer, self._alternate(bench, peer, runs)

    def _alternate(
        self, bench: Bench, peer: Peer, runs: int, *, warmup: int = 1, edited: bool = True
    ) -> Measured | str:
        def before() -> None:
            if edited:
                bench.repository.stage(bench.edits.five())

        bench.repository.reset()
        step = Step(peer.commands, {**bench.repository.environment, **_OFFLINE}, before)
        found = alternate(step, bench.repository, bench.environment.floor, runs, warmup)
        failed = [code for code in found.own.codes if code not in (0, 1)]
        return f"{peer.commands[0][0].rpartition('/')[2]} ended with exit {failed[0]}" if failed else found

    def _parse(self, bench: Bench, dbt: Path, runs: int) -> Iterator[tuple[Peer, Measured | str]]:
        target = bench.repository.folder.with_name(f"{bench.repository.folder.name}-dbt")
        common = [str(dbt / "bin" / "dbt"), "parse", "--profiles-dir", ".", "--target-path", str(target)]
        cold = Peer("dbt-parse-cold", "dbt parse, cold", [[*common, "--no-partial-parse"]])
        found = self._alternate(bench, cold, runs, warmup=0, edited=False)
        yield cold, found
        if isinstance(found, str):
            return
        shutil.copy(target / "manifest.json", kept_manifest(bench.repository))
        warm = Peer("dbt-parse-warm", "dbt parse, 5 files edited", [common])
        yield warm, self._alternate(bench, warm, runs, warmup=0)


def _checkpoint(bench: Bench, programs: Path) -> Iterator[Peer]:
    config = bench.repository.folder.parent / "dbt-checkpoint.yaml"
    config.write_text("version: 1\ndisable-tracking: true\n", encoding="utf-8")
    hooks = [line.split() for line in _CHECKPOINT.strip().splitlines()]

    def over(words: list[str], files: list[str]) -> list[str]:
        program, _, *options = words
        return [str(programs / program), *files, *options, "--config", str(config)]

    five = list(bench.edits.five())
    yield Peer("dbt-checkpoint", f"dbt-checkpoint, {len(hooks)} hooks, 5 files", [over(one, five) for one in hooks])
    yield Peer("dbt-checkpoint-one", "dbt-checkpoint, one hook, 5 files", [over(hooks[0], five)])


def _bouncer(_bench: Bench, programs: Path) -> Iterator[Peer]:
    command = [str(programs / "dbt-bouncer"), "run", "--preset", "standard"]
    yield Peer("dbt-bouncer", "dbt-bouncer, preset standard", [command])


def _score(_bench: Bench, programs: Path) -> Iterator[Peer]:
    command = [str(programs / "dbt-score"), "lint", "--manifest", "target/manifest.json"]
    yield Peer("dbt-score", "dbt-score lint", [command])


KNOWN = {"dbt-checkpoint": _checkpoint, "dbt-bouncer": _bouncer, "dbt-score": _score}
