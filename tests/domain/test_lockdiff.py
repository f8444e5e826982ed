"""How a lock differs from the project: what counts, what stays silent, and its class."""

from __future__ import annotations

import pytest

from ringfence.domain.fact import Unknown
from ringfence.domain.lock import Interface, Shape, interface_of
from ringfence.domain.lockdiff import Difference, differences
from ringfence.domain.node import Constraint, Node
from ringfence.domain.settings import LockSettings
from samples import HERE, SOURCES, column, config, model

SETTINGS = LockSettings()
HIDDEN = Unknown("config(**settings)")


def _interface(node: Node) -> Interface:
    return interface_of(node, SETTINGS, SOURCES)


def test_what_an_unreadable_file_hides_is_not_compared() -> None:
    lock = _interface(model("m", column("a", "integer"), settings=config({"materialized": "table"})))
    seen = model("m", settings=config({"materialized": "view"}, HIDDEN))
    found = differences(lock, _interface(seen._replace(hidden=HIDDEN)))
    assert [(one.field, one.new) for one in found] == [("materialized", "view")]


def test_the_expression_of_a_column_constraint_is_held() -> None:
    amount = column("amount", "integer")
    node = model("m", amount._replace(constraints=(Constraint("check", ("amount",), "amount >  0", HERE),)))
    interface = _interface(node)
    assert interface.settings["expressions"] == "amount: check amount > 0"
    weaker = model("m", amount._replace(constraints=(Constraint("check", ("amount",), "amount > -9", HERE),)))
    (found,) = differences(interface, _interface(weaker))
    assert (found.field, found.new, found.change_class) == ("expressions", "amount: check amount > -9", "breaking")


def _with(unknown: tuple[str, ...] = (), settings: dict[str, str] | None = None, **columns: str) -> Interface:
    shapes = {}
    for name, text in columns.items():
        kind, *constraints = text.split(", ")
        shapes[name] = Shape(kind or None, tuple(constraints))
    return Interface(settings or {}, shapes, dict.fromkeys(unknown, HIDDEN))


SILENT = {
    "nothing": (_with(), _with()),
    "the same": (_with(id="integer, not_null"), _with(id="integer, not_null")),
    "spelling of a type": (_with(id="INT"), _with(id="integer")),
    "case of a name": (_with(ID="integer"), _with(id="integer")),
    "order": (_with(a="int", b="int"), _with(b="int", a="int")),
    "untyped": (_with(id=""), _with(id="")),
    "a type that is unknown now": (_with(id="integer"), _with(("column id",), id="")),
    "a setting that is unknown now": (_with(settings={"alias": "x"}), _with(("alias",))),
    "settings the same": (_with(settings={"alias": "x"}), _with(settings={"alias": "x"})),
}


@pytest.mark.parametrize(("lock", "current"), SILENT.values(), ids=SILENT.keys())
def test_no_difference(lock: Interface, current: Interface) -> None:
    assert differences(lock, current) == []


def test_spellings_are_those_of_the_adapter() -> None:
    lock, current = _with(id="integer", amount="number"), _with(id="bigint", amount="number(38,0)")
    assert differences(lock, current, "snowflake") == []
    assert [one.how for one in differences(lock, current, "duckdb")] == ["widened", ""]


SPEAKING = {
    "a new column of unknown type": (_with(), _with(("column id",), id=""), ["id: (none) -> unknown"]),
    "column gone": (_with(id="integer"), _with(), ["id: integer -> (none)"]),
    "column new": (_with(), _with(id="integer"), ["id: (none) -> integer"]),
    "type": (_with(id="integer"), _with(id="bigint"), ["id: integer -> bigint (widened)"]),
    "type lost": (_with(id="integer"), _with(id=""), ["id: integer -> untyped"]),
    "type found": (_with(id=""), _with(id="integer"), ["id: untyped -> integer"]),
    "constraint lost": (_with(id="integer, not_null"), _with(id="integer"), ["id: integer, not_null -> integer"]),
    "constraint lost while the type is unknown": (
        _with(id="integer, not_null"),
        _with(("column id",), id=""),
        ["id: integer, not_null -> integer"],
    ),
    "narrowed": (_with(id="bigint"), _with(id="integer"), ["id: bigint -> integer (narrowed)"]),
    "another type": (_with(id="text"), _with(id="integer"), ["id: text -> integer (another type)"]),
    "a type that cannot be placed": (_with(id="text"), _with(id="mood"), ["id: text -> mood"]),
    "renamed": (_with(a="int"), _with(b="integer"), ["a: int, looks renamed to b"]),
    "renamed beside others": (
        _with(x="int", a="int, not_null", y="text"),
        _with(x="int", b="int", y="date"),
        ["a: int, not_null, looks renamed to b", "y: text -> date (another type)"],
    ),
    "elsewhere": (_with(a="int", x="int"), _with(x="int", b="int"), ["a: int -> (none)", "b: (none) -> int"]),
    "of another type": (_with(a="int"), _with(b="text"), ["a: int -> (none)", "b: (none) -> text"]),
    "of no type": (_with(a=""), _with(b=""), ["a: untyped -> (none)", "b: (none) -> untyped"]),
    "two that went": (
        _with(a="int", b="int"),
        _with(c="int", d="int"),
        ["a: int -> (none)", "b: int -> (none)", "c: (none) -> int", "d: (none) -> int"],
    ),
    "setting": (_with(settings={"alias": "x"}), _with(settings={"alias": "y"}), ["alias: x -> y"]),
    "setting gone": (_with(settings={"contract": "enforced"}), _with(), ["contract: enforced -> (none)"]),
    "setting new": (_with(), _with(settings={"group": "x"}), ["group: (none) -> x"]),
    "settings first, in order": (
        _with(settings={"b": "1", "a": "1"}, x="int"),
        _with(),
        ["a: 1 -> (none)", "b: 1 -> (none)", "x: int -> (none)"],
    ),
}


@pytest.mark.parametrize(("lock", "current", "expected"), SPEAKING.values(), ids=SPEAKING.keys())
def test_differences(lock: Interface, current: Interface, expected: list[str]) -> None:
    assert [difference.what for difference in differences(lock, current)] == expected


@pytest.mark.parametrize(
    ("difference", "change_class"),
    [
        (Difference("column", "id", "integer", None), "breaking"),
        (Difference("column", "id", "integer", "bigint"), "breaking"),
        (Difference("column", "id", None, "integer"), "non-breaking"),
        (Difference("column", "id", None, "integer, primary_key"), "critical"),
        (Difference("column", "id", "integer, primary_key", "integer"), "critical"),
        (Difference("constraints", None, "primary_key(id)", None), "critical"),
        (Difference("constraints", None, "check() a > 0", None), "non-breaking"),
        (Difference("constraints", None, "check() a > 0; unique(a)", "unique(a)"), "non-breaking"),
        (Difference("constraints", None, "check() a > 0; unique(a)", "check() a > 0"), "breaking"),
        (Difference("constraints", None, "check() a > 0", "check() a > 1"), "breaking"),
        (Difference("constraints", None, None, "check() a > 0"), "breaking"),
        (Difference("expressions", None, "a: check a > 0", None), "non-breaking"),
        (Difference("expressions", None, "a: check a > 0", "a: check a > 1"), "breaking"),
        (Difference("column", "id", "integer, check", "integer"), "non-breaking"),
        (Difference("column", "id", "decimal(18, 2), check, unique", "decimal(18, 2), unique"), "non-breaking"),
        (Difference("column", "id", "integer, not_null", "integer"), "breaking"),
        (Difference("column", "id", "integer, unique", "integer"), "breaking"),
        (Difference("column", "id", "integer", "integer, not_null"), "breaking"),
        (Difference("column", "id", "integer, check", None), "breaking"),
        (Difference("column", "id", "integer, check", "integer", "renamed", "key"), "breaking"),
        (Difference("column", "id", "integer, primary_key", "integer, primary_key", "renamed", "key"), "critical"),
        (Difference("access", None, None, "public"), "non-breaking"),
        (Difference("access", None, "private", None), "non-breaking"),
        (Difference("access", None, "public", None), "breaking"),
        (Difference("access", None, "public", "private"), "breaking"),
        (Difference("unique_key", None, "id", "day"), "critical"),
        (Difference("tags", None, "locked", None), "critical"),
        (Difference("group", None, "a", "b"), "non-breaking"),
        (Difference("contract", None, None, "enforced"), "non-breaking"),
        (Difference("contract", None, "enforced", None), "breaking"),
        (Difference("alias", None, "a", "b"), "breaking"),
    ],
    ids=lambda value: value.what if isinstance(value, Difference) else "",
)
def test_classes(difference: Difference, change_class: str) -> None:
    assert difference.change_class == change_class
