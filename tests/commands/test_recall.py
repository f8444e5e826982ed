"""When the last answer is given again, and when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer import Consumer, shop
from ringfence.commands.ground import Ground
from ringfence.commands.recall import Judgement, recall

MARTS = "models/marts/marts.yml"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Consumer:
    made = shop(tmp_path_factory.mktemp("repository") / "shop")
    made.write({"packages.yml": "packages: []\n", "notes/plan.md": "x\n"})
    assert made.commit("the shop").code == 0
    made.git("checkout", "-q", "-b", "work")
    made.edit(MARTS, "contract: {enforced: true}", "contract: {enforced: false}")
    made.git("add", "-A")
    assert made.ringfence("check", "--from", "index").code == 1
    return made


@pytest.fixture
def repository(template: Consumer, tmp_path: Path) -> Consumer:
    made = Consumer.of(template, tmp_path / "shop")
    assert made.ringfence("check", "--from", "index").code == 1
    return made


def _again(repository: Consumer, *rules: str, folder: str = "", **environment: str) -> Judgement | None:
    ground = Ground(
        head="index",
        folder=str(repository.folder / folder),
        environment={**repository.environment, **environment},
    )
    try:
        found = recall(ground, sorted(rules))
    finally:
        ground.git.close()
    return None if found is None else found[0]


def test_the_same_question_has_the_same_answer(repository: Consumer) -> None:
    known = _again(repository)
    assert known is not None
    assert known.projects == 1
    assert "RF404" in {finding.code for finding in known.findings}
    assert _again(repository, "RF2") is None
    assert _again(repository, folder="models") is None
    assert _again(repository, RINGFENCE_CACHE="off") is None
    assert _again(repository, RINGFENCE_CACHE="elsewhere") is None


@pytest.mark.parametrize(
    ("path", "same"),
    [
        ("README.md", True),
        ("notes/plan.md", True),
        (".editorconfig", True),
        (".gitignore", False),
        ("docs/texts.md", True),
        ("models/texts.md", False),
        ("macros/deep/texts.MD", False),
        (MARTS, False),
        ("models/staging/new.sql", False),
        ("models/NEW.SQL", False),
        ("seeds/more.csv", False),
        ("dbt_project.yml", False),
        ("ringfence.yml", False),
        ("pyproject.toml", False),
        (".dbtignore", False),
        ("ringfence/locks/x.yaml", False),
    ],
)
def test_what_nobody_reads_may_change(repository: Consumer, path: str, same: bool) -> None:
    file = repository.folder / path
    repository.write({path: (file.read_text(encoding="utf-8") if file.exists() else "") + "\n# more\n"})
    repository.git("add", "-A")
    assert (_again(repository) is not None) is same


def test_a_base_that_moves_is_another_question(repository: Consumer) -> None:
    repository.git("commit", "-q", "-m", "work")
    assert _again(repository) is not None, "the base is where the work left main"
    repository.git("branch", "-f", "main")
    assert _again(repository) is None
    repository.ringfence("check", "--from", "index")
    known = _again(repository)
    assert known is not None
    assert "RF404" not in {finding.code for finding in known.findings}
    repository.write({"notes/plan.md": "y\n"})
    repository.git("commit", "-q", "-am", "notes")
    repository.git("branch", "-f", "main")
    assert _again(repository) is not None


def test_an_installed_package_that_changes_counts(repository: Consumer) -> None:
    repository.write({"dbt_packages/helpers/dbt_project.yml": "name: helpers\n"})
    assert _again(repository) is None


def test_an_answer_that_leaves_something_undecided_is_not_kept(repository: Consumer) -> None:
    repository.write({"models/staging/odd.sql": "{{ config(tags=target.name) }} select 1\n"})
    repository.git("add", "-A")
    assert "undecided" in repository.ringfence("check", "--from", "index").err
    assert _again(repository) is None


def test_a_filter_takes_its_part_of_the_answer(repository: Consumer) -> None:
    whole = repository.ringfence("check", "--from", "index").out
    assert repository.ringfence("check", "--from", "index", "models/staging").out == ""
    assert repository.ringfence("check", "--from", "index", "--changed").out == whole
    assert repository.ringfence("check", "--from", "index", "--changed", "models/staging").out == ""
    assert repository.ringfence("check", "--from", "index", "nowhere").code == 2
