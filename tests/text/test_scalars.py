"""Plain scalars mean what YAML 1.1, PyYAML and dbt take them for."""

from __future__ import annotations

import math

import pytest
import yaml

from ringfence.text.scalars import BadScalar, construct, quoted, resolve

WORDS = """
yes Yes YES no No NO true True TRUE false False FALSE on On ON off Off OFF y n Y N yEs tRUE oN nO
null Null NULL ~ nUll nil none None
0 1 -1 +1 -0 007 0777 -0777 08 09 0b0 0b101 -0b1 0x1F -0xff 0xFG 0o17 1_000 1__0 _1 0_ 0_7 1:30 -1:30 190:20:30 1:60 1:5
0. 1. .5 -.5 1.5 -1.5 +1.5 1e5 1.0e5 1.5e+3 1.5e-3 1.5E+3 1_0.5 1:30.5 -1:30.5 . ... .e3 ._1 1.2.3
.inf -.inf +.inf .Inf .INF .nan .NaN .NAN -.nan .iNf
2024-1-5 2024-13-5 24-01-01 2024-01 2024-01-01x v1 1a a1 - -- -a +a .a 0a 0x 1.0.0 int yesterday only offline
"""


@pytest.mark.parametrize("text", WORDS.split())
def test_a_plain_scalar_is_what_pyyaml_makes_of_it(text: str) -> None:
    expected = yaml.safe_load(f"[{text}]")[0]
    found = resolve(text)
    assert type(found) is type(expected)
    assert found == expected or (isinstance(expected, float) and math.isnan(expected))


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-31",
        "2024-02-29",
        "2024-1-5 1:02:03",
        "2024-01-05T01:02:03",
        "2024-01-05t01:02:03.5Z",
        "2024-01-05 01:02:03 +5",
        "2024-01-05 01:02:03 -05:30",
    ],
)
def test_a_date_stays_text(text: str) -> None:
    assert resolve(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "2024-13-45",
        "2023-02-29",
        "2024-00-01",
        "0000-01-01",
        "2024-01-05 25:00:00",
        "2024-01-05 00:60:00",
        "2024-01-05 00:00:00 +25:00",
    ],
)
def test_a_date_that_does_not_exist_is_refused_as_dbt_does(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        yaml.safe_load(text)
    with pytest.raises(BadScalar, match="looks like a date and is none"):
        resolve(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("9" * 5000, "a number of 5000 digits cannot be read"),
        ("0b_", "0b_ is not a whole number"),
        ("0x_", "0x_ is not a whole number"),
        ("=", "a lone = is a value that dbt cannot read"),
    ],
    ids=["5,000 digits", "no binary digit", "no hexadecimal digit", "the value key of YAML 1.1"],
)
def test_what_looks_like_a_value_and_is_none(text: str, said: str) -> None:
    with pytest.raises(BadScalar, match=said):
        resolve(text)


def test_nothing_is_null() -> None:
    assert resolve("") is None


def test_4000_digits_are_a_number() -> None:
    assert resolve("9" * 4000) == 10**4000 - 1


@pytest.mark.parametrize(
    ("tag", "text", "value"),
    [
        ("str", "5", "5"),
        ("str", "", ""),
        ("int", "5", 5),
        ("int", "0", 0),
        ("int", "-0x1f", -31),
        ("float", "5", 5.0),
        ("float", "1e5", 100000.0),
        ("float", "-.inf", -math.inf),
        ("bool", "yes", True),
        ("bool", "Off", False),
        ("null", "anything", None),
        ("timestamp", "2024-01-01", "2024-01-01"),
        ("binary", "YQ==", "YQ=="),
    ],
)
def test_an_explicit_tag_decides(tag: str, text: str, value: object) -> None:
    found = construct(f"tag:yaml.org,2002:{tag}", text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("tag", "text", "said"),
    [
        ("int", "five", "five is not a whole number"),
        ("int", "", " is not a whole number"),
        ("float", "five", "five is not a number"),
        ("bool", "maybe", "maybe is not a boolean"),
        ("set", "x", "the tag tag:yaml.org,2002:set is not one that dbt can read"),
        ("python/object/apply:os.system", "true", "is not one that dbt can read"),
    ],
)
def test_an_explicit_tag_that_does_not_fit_is_refused(tag: str, text: str, said: str) -> None:
    with pytest.raises(BadScalar, match=said):
        construct(f"tag:yaml.org,2002:{tag}", text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "plain",
        'a "quote" and a \\',
        "two\nlines\tand a tab",
        "NUL \x00, bell \x07, DEL \x7f, next line \x85",
        "line \u2028 and paragraph \u2029 ends, a mark \ufeff",
        "é ß 漢 😀",
        "# no comment: {no, mapping}",
        " space around ",
    ],
)
def test_quoted_text_reads_back_the_same_and_takes_one_line(text: str) -> None:
    written = quoted(text)
    assert yaml.safe_load(f"{{key: {written}}}") == {"key": text}
    assert len(written.splitlines()) == 1


def test_half_a_character_becomes_a_mark() -> None:
    assert quoted("a\udce9b") == '"a\ufffdb"'
