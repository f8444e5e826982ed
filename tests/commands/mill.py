"""The mill of readers/manifest in a repository of its own, judged in this process."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from consumer import Consumer, clean_environment
from readers.manifest.mill import FILES, PACKAGE, Json, fixture, write
from ringfence.cli import main
from ringfence.commands.ground import Ground
from ringfence.commands.judging import chosen_rules, judge
from ringfence.commands.recall import Judgement
from ringfence.commands.session import Session

REFRESH = "models/marts/nightly/refresh.sql"
STG = "models/staging/stg_mills.sql"
MANIFEST = "target/manifest.json"


class Mill(Consumer):
    """The mill with everything committed, and the manifest that dbt made of it where `lay` puts it."""

    def __init__(self, folder: Path, root: str = "") -> None:
        first = folder.parent.parent / f"mill-{root or 'top'}"  # one is made for all tests of a worker
        if not first.exists():
            super().__init__(first)
            write(first / root, {**FILES, **PACKAGE})
            self.write({".gitignore": "target/\nbuild/\ndbt_packages/\n"})
            assert self.commit().code == 0
        shutil.copytree(first, folder)
        self.folder, self.environment, self.root = folder, clean_environment(), root
        self.manifest = fixture("1.11")
        del self.manifest["nodes"]["seed.mill.weather"]

    def lay(self, path: str = MANIFEST, text: str | None = None) -> None:
        self.write({os.path.join(self.root, path): json.dumps(self.manifest) if text is None else text})

    def node(self, name: str) -> Json:
        found: Json = self.manifest["nodes"][f"model.mill.{name}"]
        return found

    def judged(self, *names: str, head: str | None = None, base: str | None = None, **more: str) -> Judgement:
        environment = {**self.environment, "RINGFENCE_CACHE": "off", **more}
        ground = Ground(head=head, base=base, folder=str(self.folder), environment=environment)
        with Session(ground) as session:
            return judge(session, chosen_rules(names))

    def require(self, mode: str = "required") -> None:
        self.write({"ringfence.yml": f"manifest: {mode}\n"})

    def ran(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """The exit code and what was printed, as by the command line but in this process."""
        before, said, told = dict(os.environ), io.StringIO(), io.StringIO()
        try:
            os.environ.clear()
            os.environ.update({**self.environment, **environment})
            with contextlib.chdir(self.folder), redirect_stdout(said), redirect_stderr(told):
                return main(arguments), said.getvalue(), told.getvalue()
        finally:
            os.environ.clear()
            os.environ.update(before)
            gc.enable()
