"""The demo: a copy of examples/shop, our hooks from pre-commit, four mistakes stopped, the way out, an empty mart.

Every step says what it expects and fails loudly when something else happens. Nothing outside a temporary folder is
written; the PATH holds git, pre-commit, dbt and what git's shell scripts call, and no ringfence.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
HOOKS = ("ringfence",)
_TYPED = re.compile(r"type: (.+ lock update fct_orders --reason \"WHY\")")


class Stage:
    """A temporary git repository and the programs that may be used in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "shop"
        self.environment = {
            **{
                key: value
                for key, value in os.environ.items()
                if not key.startswith(("GIT_", "PRE_COMMIT", "DBT_", "VIRTUAL"))
            },
            "PATH": str(_programs(folder / "bin")),
            "PRE_COMMIT_HOME": str(folder / "pre-commit"),
            "DBT_PROFILES_DIR": ".",
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DBT_USE_COLORS": "false",
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        for name in ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "PYTHONPATH"):
            self.environment.pop(name, None)

    def run(self, *command: str) -> tuple[int, str]:
        """Return the exit code and everything printed."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def must(self, *command: str) -> str:
        """Run a command that has to succeed."""
        code, output = self.run(*command)
        if code:
            fail(f"{shlex.join(command)} ended with {code}", output)
        return output

    def commit(self, message: str) -> tuple[int, str]:
        """Commit everything, through git and so through the hooks."""
        self.must("git", "add", "-A")
        return self.run("git", "commit", "-m", message)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the first `old` after which nothing else of the file changes."""
        file = self.folder / path
        text = file.read_text(encoding="utf-8")
        if old not in text:
            fail(f"{path} does not hold {old!r}", text[:400])
        file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def undo(self) -> None:
        """Throw away what was not committed."""
        self.must("git", "reset", "-q", "--hard")


def fail(told: str, output: str) -> NoReturn:
    """End the demo."""
    sys.stdout.write(f"\n{output}\n\nDEMO FAILED: {told}\n")
    raise SystemExit(1)


def say(text: str) -> None:
    """Print at once, so that a reader follows along."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def step(text: str) -> None:
    """Print a heading."""
    say(f"\n=== {text}")


def stopped(stage: Stage, message: str, *expected: str) -> str:
    """Commit, expect the hook to refuse it with each of the texts, show what it said."""
    code, output = stage.commit(message)
    shown = "\n".join(f"    | {line}" for line in output.splitlines() if "RF" in line or "fix:" in line)
    if code == 0:
        fail("the commit went through", output)
    for text in expected:
        if text not in output:
            fail(f"the hook did not say {text!r}", output)
    say(f"{shown}\n    -> stopped, as it should be")
    return output


def main() -> int:
    """Run every step; returns 0, or ends with 1 at the first that goes wrong."""
    with tempfile.TemporaryDirectory(prefix="ringfence-demo-") as name:
        stage = Stage(Path(name))
        prepare(stage)
        mistakes(stage)
        way_out(stage)
        empty_mart(stage)
    say("\nEvery step went as told.")
    return 0


def prepare(stage: Stage) -> None:
    """Copy the shop, install dbt packages and hooks, build, and see everything clean."""
    step("a shop on dbt and DuckDB, in a new git repository")
    ignored = shutil.ignore_patterns("target", "logs", "dbt_packages", "*.duckdb", ".user.yml")
    shutil.copytree(ROOT / "examples" / "shop", stage.folder, ignore=ignored)
    (stage.folder / "packages.yml").write_text(f"packages:\n  - local: {ROOT / 'dbt_package'}\n", encoding="utf-8")
    stage.must("git", "init", "-q", "-b", "main")
    for key, value in (("user.name", "Demo"), ("user.email", "demo@example.com")):
        stage.must("git", "config", key, value)
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    hooks = "".join(f"      - id: {hook}\n" for hook in HOOKS)
    config = f"repos:\n  - repo: {ROOT}\n    rev: {revision}\n    hooks:\n{hooks}"
    (stage.folder / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    say(stage.must("pre-commit", "install").strip())
    say("dbt deps, dbt build ...")
    stage.must("dbt", "deps")
    built = stage.must("dbt", "build")
    say("    " + next(line for line in built.splitlines() if "Done. PASS" in line))
    code, output = stage.commit("the shop")
    if code:
        fail("the first commit was refused", output)
    step("pre-commit run --all-files is clean")
    say(stage.must("pre-commit", "run", "--all-files").strip())


def mistakes(stage: Stage) -> None:
    """Make four mistakes one by one and see each stopped with place and fix."""
    marts = "models/marts/marts.yml"
    step("mistake 1: the type of a column of a locked model changes")
    _retype(stage)
    stopped(
        stage,
        "faster amounts",
        f"{marts}:",
        "RF101 locked-model-changed",
        "decimal(18,2)",
        "integer",
        "lock update fct_orders",
    )
    stage.undo()

    step("mistake 2: a critical model loses its contract")
    stage.edit(marts, "contract: {enforced: true}", "contract: {enforced: false}")
    stopped(stage, "contract off", "RF201 contract-missing", "RF104 locked-contract-lost", f"{marts}:")
    stage.undo()

    step("mistake 3: a typing mistake and a model that does not exist, in a properties file")
    file = stage.folder / "models" / "staging" / "staging.yml"
    text = file.read_text(encoding="utf-8").replace("    description:", "    decsription:", 1)
    file.write_text(f"{text}\n  - name: stg_shop__ordesr\n    description: Orders.\n", encoding="utf-8")
    stopped(stage, "docs", "RF304 unknown-key", "did you mean description?", "RF301 ghost-model", "stg_shop__orders")
    stage.undo()

    step("mistake 4: a model is deleted that others read")
    (stage.folder / "models" / "staging" / "stg_shop__refunds.sql").unlink()
    stopped(stage, "tidy up", "RF601 ref-unresolved", "RF401 model-removed", "stg_shop__refunds")
    stage.undo()


def way_out(stage: Stage) -> None:
    """Make the change of mistake 1 again, type what the message says, and commit."""
    step("the right way out: the change is meant, and its reason is recorded")
    _retype(stage)
    output = stopped(stage, "amounts in cents", "RF101 locked-model-changed")
    typed = _TYPED.search(output)
    if typed is None:
        fail("the message names no command to type", output)
    command = shlex.split(typed[1].replace("WHY", "SHOP-12 amounts in cents"))
    say(f"$ {shlex.join(command)}")
    say(stage.must(*command).strip())
    code, output = stage.commit("amounts in cents")
    if code:
        fail("the commit was refused although the lock was updated", output)
    say(stage.must("git", "show", "--stat", "--format=%s", "HEAD").strip())


def empty_mart(stage: Stage) -> None:
    """Let the refunds arrive empty: stock tests pass, ours do not."""
    stage.must("git", "checkout", "-q", "HEAD~1", "--", "models", "ringfence")
    step("an empty mart: the file with the refunds arrives without rows")
    file = stage.folder / "landing" / "refunds.csv"
    file.write_text(file.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    code, output = stage.run("dbt", "build")
    failed = [line for line in output.splitlines() if " FAIL " in line]
    if code == 0 or not failed:
        fail("dbt build did not fail", output)
    if not any("refunds_were_exported" in line for line in failed) or any(
        "unique" in line or "not_null" in line for line in failed
    ):
        fail("other tests failed than ours", output)
    passed = [line for line in output.splitlines() if " PASS " in line and "fct_refunds" in line]
    say(f"    {len(passed)} stock tests on fct_refunds passed; what failed:")
    for line in failed:
        say(f"    | {re.sub(r'^.*?FAIL', 'FAIL', line)}")


def _retype(stage: Stage) -> None:
    file = stage.folder / "models" / "marts" / "marts.yml"
    before, column, after = file.read_text(encoding="utf-8").partition("- name: order_amount")
    file.write_text(before + column + after.replace("decimal(18,2)", "integer", 1), encoding="utf-8")


def _programs(folder: Path) -> Path:
    """Return a folder that holds git, pre-commit, dbt and the system programs that git's own shell scripts call."""
    folder.mkdir()
    own = Path(sys.executable).parent
    system = (
        "bash",
        "sh",
        "env",
        "sed",
        "basename",
        "dirname",
        "uname",
        "cat",
        "grep",
        "tr",
        "expr",
        "cut",
        "rm",
        "ls",
    )
    for name in ("git", "pre-commit", "dbt", *system):
        found = own / name if (own / name).exists() else shutil.which(name)
        if found is not None:
            (folder / name).symlink_to(found)
        elif name not in system:
            fail(f"{name} is missing", "")
    return folder


if __name__ == "__main__":
    sys.exit(main())
