"""What keeps the hooks that judge locks from it, in the files of pre-commit and prek."""

from __future__ import annotations

import pytest

from ringfence.domain.document import Item
from ringfence.domain.hookconfig import Weakened, weakened
from ringfence.readers.configuration import parsed

YAML, YML, TOML = ".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.toml"
REPO = "repos: [{repo: 'https://x/ringfence', rev: v1, hooks: [{id: ringfence%s}]}]"
OURS = REPO % ""
LOCAL = "repos: [{repo: local, hooks: [{id: l, name: l, %s}]}]"
CALL = LOCAL % "language: system, entry: ringfence lock verify"
TABLE = '[[repos]]\nrepo = "https://x/ringfence"\nrev = "v1"\nhooks = [{id = "ringfence"}]\n'


def _said(before: dict[str, str], after: dict[str, str]) -> list[str]:
    found = weakened(_items(before), _items(after))
    return [one.what for one in found]


def _items(files: dict[str, str]) -> dict[str, Item | None]:
    return {path: parsed(text.encode(), path) for path, text in files.items()}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (REPO % "", REPO % ", stages: [push]", "runs ringfence no longer at pre-commit, pre-merge-commit"),
        (REPO % "", REPO % ", stages: [commit, merge-commit, push]", ""),
        (REPO % "", "default_stages: [manual]\n" + OURS, ""),
        (CALL, "default_stages: [pre-push]\n" + CALL, "runs l no longer at pre-commit, pre-merge-commit"),
        (REPO % "", REPO % ", args: ['--rule', RF2]", "runs no hook that judges locks, as ringfence did"),
        (REPO % "", REPO % ", args: ['--rule=RF1', --rule, RF2]", ""),
        (REPO % "", REPO % ", args: ['--rule=rf2']", "runs no hook that judges locks, as ringfence did"),
        (REPO % "", REPO % ", args: [models]", "hook ringfence is given models"),
        (REPO % "", REPO % ", args: [--exit]", "hook ringfence is given --exit"),
        (REPO % ", args: [--exit-zero]", REPO % ", args: [--exit-zero]", ""),
        (REPO % "", REPO % ", args: [--output, x, --format=json, --fix]", ""),
        (REPO % "", REPO % ", entry: ringfence check", ""),
        (REPO % "", REPO % ", entry: 'true'", "runs no hook that judges locks, as ringfence did"),
        (REPO % "", REPO % ", entry: 'ringfence \"check'", "runs no hook that judges locks, as ringfence did"),
        (REPO % "", REPO % ", entry: uvx ringfence check", ""),
        (REPO % "", REPO % ", entry: 'false ringfence check'", "hook ringfence starts another program"),
        (REPO % "", REPO % ", language: pygrep", "hook ringfence is run in another way"),
        (REPO % "", REPO % ", always_run: true, pass_filenames: false, files: x", ""),
        (
            REPO % "",
            CALL,
            (
                "hook l does not always run, so that a deleted file passes it; "
                "hook l reports only on the files that it is given"
            ),
        ),
        (
            REPO % "",
            LOCAL % "language: fail, entry: ringfence check, always_run: true, pass_filenames: false",
            "hook l is run in another way",
        ),
        (
            CALL,
            LOCAL % "language: system, entry: ringfence lock verify, exclude: locks",
            "hook l runs for other files than before",
        ),
        (CALL, "exclude: locks\n" + CALL, "hook l runs for other files than before"),
        (CALL, LOCAL % "language: python, entry: ringfence lock verify", "hook l is run in another way"),
        (CALL, CALL.replace("lock verify", "lock verify --base HEAD"), "hook l is given --base HEAD"),
        (CALL, CALL.replace("entry: ringfence", "entry: /usr/bin/ringfence"), ""),
        (CALL, OURS, ""),
        (OURS, "repos: 7", "runs no hook that judges locks, as ringfence did"),
        (OURS, "ci: {skip: [other]}\n" + OURS, ""),
        (OURS, "ci: 1\n" + OURS, ""),
        (OURS, "- repos", "runs no hook that judges locks, as ringfence did"),
        (OURS, "repos: [", "runs no hook that judges locks, as ringfence did"),
        (LOCAL % "language: system, entry: ringfence doctor", "repos: []", ""),
        (LOCAL % "language: system, entry: ringfence", "repos: []", ""),
        ("repos: [{repo: local, hooks: [{id: ringfence, entry: x}]}]", "repos: []", ""),
    ],
)
def test_one_file(before: str, after: str, told: str) -> None:
    assert "; ".join(_said({YAML: before}, {YAML: after})).replace(f"{YAML}: ", "").replace(f"{YAML} ", "") == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({YAML: OURS}, {}, [f"{YAML} is gone, and with it the hook ringfence"]),
        ({YAML: OURS}, {YML: OURS}, []),
        ({YAML: OURS}, {TOML: TABLE}, []),
        (
            {TOML: TABLE},
            {TOML: TABLE.replace("ringfence", "other")},
            [f"{TOML} runs no hook that judges locks, as ringfence did"],
        ),
        ({YAML: OURS}, {YAML: OURS, TOML: ""}, [f"{TOML} runs no hook that judges locks, as ringfence did"]),
        ({YAML: OURS}, {YAML: OURS, TOML: "["}, [f"{TOML} runs no hook that judges locks, as ringfence did"]),
        ({YAML: OURS}, {YAML: OURS, YML: "repos: []"}, []),
        (
            {YAML: "repos: []", TOML: TABLE},
            {YAML: "repos: []", TOML: TABLE},
            [f"{YAML} runs no hook that judges locks, as ringfence did"],
        ),
        ({}, {YAML: "repos: []"}, []),
        ({"pyproject.toml": ""}, {}, []),
    ],
)
def test_which_file_is_read(before: dict[str, str], after: dict[str, str], told: list[str]) -> None:
    assert _said(before, after) == told


def test_old_and_new_are_named() -> None:
    (one,) = weakened(_items({YAML: OURS}), _items({YAML: OURS.replace("//x", "//y")}))
    assert isinstance(one, Weakened)
    assert (one.old, one.new) == ("https://x/ringfence", "https://y/ringfence")
    assert one.place.path == YAML
