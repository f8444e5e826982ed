"""What single files say, and what a pointer in their place does not."""

from __future__ import annotations

from ringfence.domain.fact import Known, Unknown
from ringfence.domain.node import Ref
from ringfence.readers.static.contents import Contents
from states import Texts, model, project

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"


class Kept:
    """A shelf that counts what it is asked for."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}
        self.hits = 0

    def get(self, kind: str, blobs: object) -> dict[str, str]:
        found = {blob: text for (held, blob), text in self.texts.items() if held == kind and blob in list(blobs)}  # type: ignore[call-overload]
        self.hits += len(found)
        return found

    def put(self, kind: str, blob: str, text: str) -> None:
        self.texts[kind, blob] = text


def test_what_is_on_the_shelf_is_not_read_again() -> None:
    files = {"models/a.sql": "{{ ref('b') }}", "models/m.yml": "models: []\n", "seeds/s.csv": "id,name\r\n1,2\n"}
    tree, shelf = Texts(files), Kept()
    first = Contents(shelf)
    facts, document = first.template(tree, "models/a.sql"), first.document(tree, "models/m.yml")
    assert first.header(tree, "seeds/s.csv") == "id,name"
    assert (shelf.hits, sorted(kind for kind, _ in shelf.texts)) == (0, ["csv", "sql", "yaml"])
    second = Contents(shelf)
    second.expect(tree, files)
    assert shelf.hits == 3
    assert second.template(tree, "models/a.sql") == facts
    assert second.document(tree, "models/m.yml").problems == document.problems
    assert second.header(tree, "seeds/s.csv") == "id,name"


def test_what_cannot_be_written_out_is_parsed_each_time() -> None:
    digits = "9" * 3990
    tree, shelf = Texts({"models/m.yml": f"a: 0x{digits}\n", "models/p.py": "dbt.config(a=b'x')\n"}), Kept()
    for contents in (Contents(shelf), Contents(shelf)):
        assert contents.template(tree, "models/p.py").error is None
        assert contents.document(tree, "models/m.yml").problems == ()
    assert shelf.hits == 0


def test_a_model_that_is_a_pointer_says_nothing() -> None:
    found = project(a=POINTER, b="{{ ref('a') }}")
    assert [str(problem.place) for problem in found.problems()] == ["models/a.sql:1:1"]
    assert isinstance(model(found, "a").materialized, Unknown)
    assert isinstance(model(found, "a").refs, Unknown)
    assert isinstance(model(found, "b").refs, Known)


def test_properties_that_are_a_pointer_may_name_anything() -> None:
    found = project({"models/m.yml": POINTER}, a="select 1")
    assert [problem.message[:24] for problem in found.problems()] == ["is a Git LFS pointer: wh"]
    assert model(found, "a").hidden is not None
    assert isinstance(found.find(Ref(None, "anything", None)), Unknown)


def test_a_seed_that_is_a_pointer_has_unknown_columns() -> None:
    found = project({"seeds/s.csv": POINTER})
    seed = found.node("seed.shop.s")
    assert seed is not None
    assert isinstance(seed.outputs, Unknown)


def test_a_snapshot_file_that_cannot_be_read_may_hold_any_snapshot() -> None:
    for text in (POINTER, "{% snapshot orders %}{% if %}"):
        found = project({"snapshots/s.sql": text})
        assert isinstance(found.find(Ref(None, "orders", None)), Unknown)
