"""`.dbtignore`: git's own matching is the oracle, except where dbt's differs from it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from consumer import clean_environment
from ringfence.readers.static.ignore import matcher

NAMES = """
a.sql b.sql z.sql A.SQL ab.sql -.sql ].sql *.sql #x !y ~x a[b.sql
models/a.sql models/b.sql models/sub/a.sql models/sub/c.sql models/sub/deep/c.sql mods/a.sql
sub/x.sql x/sub/y.sql x/y x/q/y x/q/r/y foobar fooxbar foo/bar foo/x/bar xaxbx.sql a/b ax/b
"""
PATHS = [*NAMES.split(), "a ", "a b", " a"]

PATTERNS = {
    "name": "a.sql",
    "star": "*.sql",
    "stars": "*a*b*.sql",
    "everything": "*",
    "everything at the top": "/*",
    "question mark": "?.sql",
    "anchored": "/a.sql",
    "anchored by a folder": "models/a.sql",
    "folder": "models/",
    "folder anywhere": "sub/",
    "file or folder": "sub",
    "nothing is in a file": "a.sql/",
    "what is in a folder": "models/*",
    "one kind in a folder": "models/*.sql",
    "folders of a folder": "models/*/",
    "all below a folder": "models/**",
    "anywhere": "**/a.sql",
    "anywhere anchored": "/**/a.sql",
    "anywhere below": "models/**/c.sql",
    "anywhere below, twice": "models/**/**/c.sql",
    "folder anywhere and all below": "**/sub/**",
    "between": "x/**/y",
    "stars in a name": "foo**bar",
    "stars around a name": "**foo**",
    "class": "[ab].sql",
    "range": "[a-c].sql",
    "not": "[!a-z].sql",
    "not, spelled otherwise": "[^a-z].sql",
    "bracket in a class": "[]ab].sql",
    "not a bracket": "[!]a-z].sql",
    "minus in a class": "[a-].sql",
    "minus first": "[-a].sql",
    "escaped in a class": "[\\]a].sql",
    "bracket opened in a class": "a[[]b.sql",
    "class with a slash": "a[/]b",
    "case counts": "*.SQL",
    "escaped star": "\\*.sql",
    "escaped letter": "\\a.sql",
    "escaped hash": "\\#x",
    "escaped exclamation": "\\!y",
    "comment": "#x",
    "exclamation alone": "!",
    "nothing": "",
    "blanks": "   ",
    "slash": "/",
    "two slashes": "//",
    "empty folder name": "models//a.sql",
    "space at the end": "a.sql  ",
    "space inside": "a b",
    "kept space at the end": "a\\ ",
    "tilde": "~x",
    "brought back": "*.sql\n!a.sql",
    "brought back and taken again": "*.sql\n!a.sql\nmodels/a.sql",
    "brought back too early": "!a.sql\n*.sql",
    "several": "# told\n\na.sql\r\nb.sql\n   \nmodels/sub\n",
    "no newline": "a.sql",
    "class in a folder name": "mod[e]ls/[a-z].sql",
    "star in a folder name": "m*s/a.sql",
}


@pytest.fixture(scope="module")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ignore")
    subprocess.run(["git", "init", "-q", str(folder)], check=True, env=clean_environment())
    return folder


def _as_git(folder: Path, text: str) -> list[str]:
    # git reads CRLF as part of the name; Python's text mode, and so dbt, does not
    (folder / ".gitignore").write_bytes(text.replace("\r\n", "\n").encode())
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "-z", "--stdin"],
        cwd=folder,
        input="\0".join(PATHS).encode(),
        capture_output=True,
        check=False,
        env=clean_environment(),
    )
    return sorted(done.stdout.decode().split("\0")[:-1])


@pytest.mark.parametrize("text", PATTERNS.values(), ids=PATTERNS.keys())
def test_as_git(oracle: Path, text: str) -> None:
    ignored = matcher(text)
    assert sorted(path for path in PATHS if ignored(path)) == _as_git(oracle, text)


@pytest.mark.parametrize(
    ("text", "path", "ignored"),
    [
        ("models/*\n!models/sub/a.sql", "models/sub/a.sql", False),
        ("models/\n!a.sql", "models/a.sql", False),
        ("models/\n!a.sql", "models/b.sql", True),
        ("  a.sql", "a.sql", True),
        ("**", "models/a.sql", True),
        ("**/", "models/a.sql", True),
        ("**/", "a.sql", False),
        ("**/**", "a.sql", True),
        ("[z-a].sql", "z.sql", False),
        ("[a", "[a", True),
        ("?.sql", "é.sql", True),
        ("[!a].sql", "é.sql", True),
        ("größe/", "größe/a.sql", True),
        ("a.sql\\", "a.sql", False),
    ],
)
def test_as_dbt_where_git_differs(text: str, path: str, ignored: bool) -> None:
    assert matcher(text)(path) is ignored


def test_hostile_patterns_end() -> None:
    stars = matcher("*a" * 60 + "*b")
    folders = matcher("**/a/" * 60 + "b")
    assert not stars("a" * 4000)
    assert not folders("a/" * 2000 + "c")
