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


def test_docs_blocks_are_named_once() -> None:
    text = "{% docs a %}x{% enddocs %}{%- docs b_2 -%}{{ c }}{% enddocs %}{# {% docs d %} #}{% docs a %}{% enddocs %}"
    tree, shelf = Texts({"models/t.md": text, "models/none.md": "# Text\n", "models/p.md": POINTER}), Kept()
    for hits in (0, 3):
        contents = Contents(shelf)
        contents.expect(tree, ["models/t.md", "models/none.md", "models/p.md"])
        assert contents.docs(tree, "models/t.md") == contents.docs(tree, "models/t.md") == ("a", "b_2")
        assert contents.docs(tree, "models/none.md") == ()
        assert contents.docs(tree, "models/p.md") is None
        assert shelf.hits == hits


def test_docs_blocks_of_a_project_and_what_may_hide_others() -> None:
    files = {"models/t.md": "{% docs a %}{% enddocs %}", "docs/u.md": "{% docs b %}{% enddocs %}"}
    assert project(files).docs(None) == project(files).docs("shop") == (frozenset({"a"}), None)
    assert project(files).docs("other") == (frozenset(), None)
    hidden = project({**files, "models/p.md": POINTER}).docs(None)
    assert hidden[0] == {"a"}
    assert isinstance(hidden[1], Unknown)
    lacking = project({**files, "packages.yml": "packages: [{package: org/helpers, version: 1.0.0}]\n"})
    assert isinstance(lacking.docs(None)[1], Unknown)
    assert isinstance(lacking.docs("helpers")[1], Unknown)
    assert lacking.docs("shop")[1] is None


def test_how_a_project_spells_a_tag() -> None:
    files = {
        "dbt_project.yml": "name: shop\nmodels: {shop: {+tags: [daily, {a: 1}], tags: {daily: 1}}}\n",
        "models/m.yml": "models:\n  - {name: a, config: {tags: [Daily, Daily]}}\n",
        "snapshots/s.sql": "{% snapshot s %}{{ config(tags=['DAILY', var('x')]) }}{% endsnapshot %}",
        "macros/m.sql": "{% macro m() %}{{ config(tags='DaiLY') }}{% endmacro %}",
    }
    found = project(files, a="{{ config(tags='daily') }}", b="{{ config(tags=5, alias='x') }}")
    assert found.tags("daily") == {
        "DAILY": ["snapshots/s.sql"],
        "Daily": ["models/m.yml"],
        "daily": ["dbt_project.yml", "models/a.sql"],
    }
    assert found.tags("x") == {}
