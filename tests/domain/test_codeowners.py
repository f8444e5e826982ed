"""CODEOWNERS as GitHub and GitLab document it."""

from __future__ import annotations

import pytest

from ringfence.domain.codeowners import Owned, chosen, owners_of, read_owners


@pytest.mark.parametrize(
    ("pattern", "path", "owned"),
    [
        ("*", "a/b/c.yml", True),
        ("*.js", "a/b.js", True),
        ("*.js", "a/b.jsx", False),
        ("/build/logs/", "build/logs/a/b", True),
        ("/build/logs/", "x/build/logs/a", False),
        ("docs/*", "docs/a.md", True),
        ("docs/*", "docs/build/a.md", False),
        ("docs/*", "x/docs/a.md", False),
        ("apps/", "x/apps/a", True),
        ("apps/", "apps", False),
        ("/docs/", "docs/a/b", True),
        ("/scripts/", "scripts/a", True),
        ("**/logs", "x/logs/a", True),
        ("**/logs", "logs/a", True),
        ("**/logs", "x/mylogs/a", False),
        ("/apps/github", "apps/github", True),
        ("/apps/github", "apps/github/a", True),
        ("/apps/github", "apps/github2", False),
        ("ringfence/locks/", "ringfence/locks/a.yml", True),
        ("ringfence/locks/**", "ringfence/locks/a/b.yml", True),
        ("ringfence/**/a.yml", "ringfence/a.yml", True),
        ("ringfence/**/a.yml", "ringfence/x/y/a.yml", True),
        ("ringfence/**x", "ringfence/a/bx", False),
        ("ringfence/**x", "ringfence/bx", True),
        ("ringfence/**", "ringfence", False),
        ("nowhere/**", "ringfence/a", False),
        ("nowhere/**/a", "ringfence/a", False),
        ("**/a.yml", "a.yml", True),
        ("*a*b*.yml", "xxaxbxb.yml", True),
        ("*a*b*.yml", "xxbxa.yml", False),
        ("docs/a*", "docs/ab/c", True),
        ("a\\?b", "a?b", True),
        ("a\\?b", "axb", False),
        ("locks/", "ringfence/locks/deep/a.yml", True),
        ("a?", "a", False),
        ("a", "ab", False),
        ("locks/fct_?.yml", "locks/fct_a.yml", True),
        ("locks/fct_?.yml", "locks/fct_/.yml", False),
        ("/", "anything/at/all", True),
        ("/*", "top.yml", True),
        ("/*", "a/inner.yml", False),
        ("locks", "ringfence/locks/a.yml", True),
        ("Locks", "ringfence/locks/a.yml", False),
        ("a\\ b.yml", "a b.yml", True),
        ("\\#a", "#a", True),
        ("a.yml", "a-yml", False),
    ],
)
def test_patterns(pattern: str, path: str, owned: bool) -> None:
    assert bool(owners_of(read_owners(f"{pattern} @Team\n"), path).owners) is owned


def test_a_pattern_made_to_take_long_does_not() -> None:
    path = "/".join(["a" * 60] * 40)
    for pattern in ("*a" * 60 + "b", "**/a*/" * 60 + "b", "/" + "**/" * 80 + "b"):
        assert not owners_of(read_owners(f"{pattern} @a"), path).owners


def test_the_last_line_that_matches_counts_and_one_without_owners_frees() -> None:
    lines = read_owners("# ours\n* @all\n\n/ringfence/ @data @Org/Team  # and a comment\n/ringfence/locks/free.yml\n")
    assert owners_of(lines, "x") == Owned(frozenset({"@all"}), 2)
    assert owners_of(lines, "ringfence/locks/a.yml") == Owned(frozenset({"@data", "@org/team"}), 4)
    assert owners_of(lines, "ringfence/locks/free.yml") == Owned(frozenset(), 5)
    assert owners_of((), "x") == Owned(frozenset(), None)


def test_an_owner_may_be_an_address_and_a_name_may_hold_a_hash() -> None:
    assert owners_of(read_owners("a#b data@example.com\n"), "a#b").owners == {"data@example.com"}


def test_sections_add_up_have_owners_of_their_own_and_may_be_optional() -> None:
    lines = read_owners(
        "[Data][2] @data @more\nringfence/\nringfence/free/ @other\n"
        "^[Docs] @docs\nringfence/\n"
        "[Compliance]\n*.yml @law\n!ringfence/locks/b.yml\nringfence/locks/b.yml @late\n"
        "[DATA]\nringfence/late/ @again\n"
    )
    assert owners_of(lines, "ringfence/locks/a.yml").owners == {"@data", "@more", "@law"}
    assert owners_of(lines, "ringfence/locks/b.yml").owners == {"@data", "@more"}
    assert owners_of(lines, "ringfence/free/a.sql").owners == {"@other"}
    assert owners_of(lines, "ringfence/late/a.sql").owners == {"@again"}


@pytest.mark.parametrize(
    ("present", "github", "gitlab"),
    [
        ([], None, None),
        ([".gitlab/CODEOWNERS", "docs/CODEOWNERS"], "docs/CODEOWNERS", "docs/CODEOWNERS"),
        (["CODEOWNERS", ".github/CODEOWNERS"], ".github/CODEOWNERS", "CODEOWNERS"),
        ([".gitlab/CODEOWNERS"], ".gitlab/CODEOWNERS", ".gitlab/CODEOWNERS"),
        ([".github/CODEOWNERS"], ".github/CODEOWNERS", None),
    ],
)
def test_which_file_counts(present: list[str], github: str | None, gitlab: str | None) -> None:
    assert chosen(present, gitlab=False) == github
    assert chosen(present, gitlab=True) == gitlab
