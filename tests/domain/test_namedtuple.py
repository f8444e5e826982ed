"""Our NamedTuple is typing's for all that the code does with one; typing's own is asked beside it."""

from __future__ import annotations

import copy
import typing

import pytest

from ringfence.domain.namedtuple import NamedTuple


class Ours(NamedTuple):
    """Two fields and one with a default."""

    path: str
    line: int
    fix: str = ""

    @property
    def told(self) -> str:
        return f"{self.path}:{self.line}"


class Theirs(typing.NamedTuple):
    """The same, by typing."""

    path: str
    line: int
    fix: str = ""


@pytest.mark.parametrize(
    ("values", "named"),
    [
        (("a.yml", 1, "x"), {}),
        (("a.yml", 1), {}),
        (("a.yml",), {"line": 1}),
        ((), {"fix": "x", "line": 1, "path": "a.yml"}),
        (("a.yml",), {}),
        ((), {}),
        (("a.yml", 1, "x", 2), {}),
        (("a.yml", 1), {"path": "b.yml"}),
        (("a.yml", 1), {"column": 2}),
    ],
)
def test_takes_what_typing_takes(values: tuple[typing.Any, ...], named: dict[str, typing.Any]) -> None:
    try:
        expected: Theirs | None = Theirs(*values, **named)
    except TypeError:
        expected = None
    if expected is None:
        with pytest.raises(TypeError, match="Ours"):
            Ours(*values, **named)
    else:
        made = Ours(*values, **named)
        assert tuple(made) == tuple(expected)
        assert (made.path, made.line, made.fix) == (expected.path, expected.line, expected.fix)
        assert made._asdict() == expected._asdict()
        assert repr(made) == repr(expected).replace("Theirs", "Ours")


def test_is_a_tuple_with_names() -> None:
    made = Ours("a.yml", 1)
    assert made == ("a.yml", 1, "")
    assert made.told == "a.yml:1"
    assert made._replace(line=2) == Ours("a.yml", 2)
    assert Ours._make(["a.yml", 1, "x"]) == Ours("a.yml", 1, "x")
    assert copy.deepcopy(made) == made
    assert isinstance(copy.copy(made), Ours)
    assert (Ours._fields, Ours._field_defaults) == (Theirs._fields, Theirs._field_defaults)
    with pytest.raises(TypeError, match="column"):
        made._replace(column=1)  # type: ignore[call-arg, arg-type, unused-ignore]  # asked wrong on purpose
    match made:
        case Ours(path, line, fix):
            assert (path, line, fix) == made


def test_defaults_stand_last() -> None:
    with pytest.raises(TypeError, match="behind one with a default"):

        class Wrong(NamedTuple):
            line: int = 1
            path: str  # type: ignore[misc]  # asked wrong on purpose
