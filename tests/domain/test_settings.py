"""ringfence.yml: what it means, and every mistake told at its place."""

from __future__ import annotations

import pytest

from ringfence.domain.errors import RingfenceError
from ringfence.domain.selection import parse_selection
from ringfence.domain.settings import LayerSettings, LockSettings, RuleSettings, Settings, read_settings, schema
from ringfence.text import yaml

RULES = ("contract-missing", "description-missing", "description-placeholder")

FULL = """\
projects: [{path: transform, adapter: snowflake}, {path: other}]
base: {branch: develop}
rules:
  contract-missing: {severity: error, select: "tag:critical", exclude: ["path:models/staging", "tag:old"]}
  description-missing: {severity: off}
lock:
  tags: [locked, frozen]
  require: []
  guard: interface
  approval: same-change
  reason_pattern: "[A-Z]+-\\\\d+"
layers:
  - {package: shop, root: src, order: [cli, "readers | stores", domain]}
  - {package: other, order: []}
"""


def _read(text: str) -> Settings:
    document = yaml.parse(text.encode(), "ringfence.yml")
    assert document.problems == ()
    return read_settings(document.root, "ringfence.yml", RULES)


def test_a_full_file() -> None:
    assert _read(FULL) == Settings(
        projects=(("transform", "snowflake"), ("other", None)),
        branch="develop",
        rules={
            "contract-missing": RuleSettings(
                "error", parse_selection("tag:critical"), parse_selection(["path:models/staging", "tag:old"])
            ),
            "description-missing": RuleSettings("off"),
        },
        lock=LockSettings(("locked", "frozen"), (), r"[A-Z]+-\d+"),
        layers=(
            LayerSettings("shop", "src", ("cli", "readers | stores", "domain")),
            LayerSettings("other", "", ()),
        ),
    )


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "---\n", "{}\n", "projects: []\nrules: {}\nlayers: []\nlock: {}\nbase: {}\n"],
    ids=["empty", "comments", "marker", "empty mapping", "empty parts"],
)
def test_nothing_said_is_every_default(text: str) -> None:
    assert _read(text) == Settings()
    assert Settings().lock == LockSettings(("locked",), ("critical",), None)


def test_how_locks_are_guarded_and_unlocked() -> None:
    lock = _read(
        "lock: {guard: {logic: tag:finance}, approval: {critical: prior}, approvers: {breaking: [a, b]},"
        " freeze: [2026-12-24, 2026-12-27..2027-01-03], emergency_days: 1}\n"
    ).lock
    assert lock == LockSettings(
        logic=parse_selection("tag:finance"),
        prior=("critical",),
        freeze=(("2026-12-24", "2026-12-24"), ("2026-12-27", "2027-01-03")),
        approvers=(("breaking", ("a", "b")),),
        emergency_days=1,
    )
    assert _read("lock: {guard: logic, approval: prior}\n").lock == LockSettings(
        guard="logic", prior=("non-breaking", "breaking", "critical")
    )
    assert _read("lock: {guard: {}}\n").lock == LockSettings()


@pytest.mark.parametrize("written", ['""', "[]"])
def test_an_empty_exclude_excludes_nothing(written: str) -> None:
    settings = _read(f"rules: {{contract-missing: {{exclude: {written}}}}}\n")
    assert settings.rules["contract-missing"].exclude is None


@pytest.mark.parametrize("written", ['""', "[]"])
def test_an_empty_select_selects_everything(written: str) -> None:
    settings = _read(f"rules: {{contract-missing: {{select: {written}}}}}\n")
    assert settings.rules["contract-missing"].select == parse_selection([])


def test_merges_are_read() -> None:
    settings = _read("rules:\n  contract-missing: &a {severity: info}\n  description-missing:\n    <<: *a\n")
    assert settings.rules["description-missing"] == RuleSettings("info")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x\n", "ringfence.yml:1:1: ringfence.yml must be a mapping"),
        ("- a\n", "ringfence.yml:1:1: ringfence.yml must be a mapping"),
        ("project: []\n", "ringfence.yml:1:1: ringfence.yml has an unknown key project, did you mean projects?"),
        ("a: 1\n", "ringfence.yml:1:1: ringfence.yml has an unknown key a\n"),
        ("rules: {}\nrules: {}\n", "ringfence.yml:2:1: ringfence.yml holds rules twice, first at line 1"),
        ("rules:\n", "ringfence.yml:1:1: rules is empty"),
        ("rules: 5\n", "ringfence.yml:1:8: rules must be a mapping"),
        ("rules: []\n", "ringfence.yml:1:8: rules must be a mapping"),
        (
            "rules:\n  contract-mising: {}\n",
            "ringfence.yml:2:3: rules has an unknown key contract-mising, did you mean",
        ),
        ("rules:\n  contract-missing: error\n", "ringfence.yml:2:21: contract-missing must be a mapping"),
        (
            "rules: {contract-missing: {severity: erorr}}\n",
            "ringfence.yml:1:38: severity must be one of info, warning, error, on, off, did you mean error?",
        ),
        ("rules: {contract-missing: {severity: no}}\n", "severity must be one of info, warning, error, on, off"),
        ("rules: {contract-missing: {severity: true}}\n", "severity must be one of"),
        ("rules: {contract-missing: {min_length: 3}}\n", "has an unknown key min_length"),
        ("rules: {description-placeholder: {min_length: x}}\n", "min_length must be a whole number"),
        ("rules: {description-placeholder: {min_length: on}}\n", "min_length must be a whole number"),
        ("rules: {description-placeholder: {min_length: 0}}\n", "min_length must be at least 1"),
        ("rules: {contract-missing: {severity: [error]}}\n", "severity must be one of"),
        ("rules: {contract-missing: {select: 5}}\n", "ringfence.yml:1:36: select must be a text or a list"),
        ("rules: {contract-missing: {select: {a: b}}}\n", "select must be a text or a list"),
        ("rules: {contract-missing: {select: [5]}}\n", "ringfence.yml:1:37: select[0] must be a text"),
        ("rules: {contract-missing: {select: 'tags:x'}}\n", "unknown method tags, did you mean tag?"),
        ("rules: {contract-missing: {exclude: ['+']}}\n", "names nothing"),
        ("projects: {path: a}\n", "ringfence.yml:1:11: projects must be a list"),
        ("projects: [a]\n", "ringfence.yml:1:12: projects[0] must be a mapping"),
        ("projects: [{adapter: a}]\n", "ringfence.yml:1:12: projects[0] has no path"),
        ("projects: [{path: 5}]\n", "ringfence.yml:1:19: path must be a text"),
        (
            "projects: [{path: a}, {path: b, adaptor: c}]\n",
            "projects[1] has an unknown key adaptor, did you mean adapter?",
        ),
        ("base: main\n", "base must be a mapping"),
        ("lock: {guard: logik}\n", "guard must be one of interface, logic, did you mean logic?"),
        ("lock: {guard: [logic]}\n", "guard must be a text or a mapping"),
        ("lock: {approval: later}\n", "approval must be one of same-change, prior"),
        ("lock: {approval: {critical: priot}}\n", "critical must be one of same-change, prior, did you mean prior?"),
        ("lock: {freeze: [christmas]}\n", "freeze[0] must be days as 2026-12-20..2027-01-03"),
        ('lock: {freeze: ["2026-12-44"]}\n', "lock.freeze: 2026-12-44 is no range of days"),
        ("lock: {freeze: [2027-01-03..2026-12-20]}\n", "ends before it begins"),
        ("lock: {emergency_days: 0}\n", "emergency_days must be at least 1"),
        ("lock: {approvers: {big: [a]}}\n", "approvers has an unknown key big"),
        ("lock: {tags: locked}\n", "tags must be a list"),
        ("lock: {tags: [1]}\n", "tags[0] must be a text"),
        ("lock: {reason_pattern: '['}\n", "lock.reason_pattern is not a regular expression"),
        ("layers: [{package: a}]\n", "layers[0] has no order"),
        ("layers: [{order: []}]\n", "layers[0] has no package"),
        ("<<: {nonsense: 1}\n", "ringfence.yml:1:6: ringfence.yml has an unknown key nonsense"),
    ],
)
def test_mistakes(text: str, said: str) -> None:
    with pytest.raises(RingfenceError) as error:
        _read(text)
    assert said in str(error.value)


def test_the_schema_names_every_rule_and_describes_every_key() -> None:
    made = schema(RULES)
    assert list(made["properties"]["rules"]["properties"]) == list(RULES)
    parts = [made["properties"], *(part["properties"] for part in made["properties"].values() if "properties" in part)]
    for part in parts:
        for name, described in part.items():
            assert name in RULES or described["description"]


@pytest.mark.parametrize("written", ["off", "OFF", "Off", "'off'"])
def test_off_is_off_whatever_yaml_makes_of_it(written: str) -> None:
    settings = _read(f"rules: {{contract-missing: {{severity: {written}}}}}\n").rules["contract-missing"]
    assert settings == RuleSettings("off")
    assert not settings.runs(enabled=True)


@pytest.mark.parametrize("written", ["on", "On", "'on'"])
def test_on_is_the_severity_of_the_rule_itself(written: str) -> None:
    settings = _read(f"rules: {{contract-missing: {{severity: {written}}}}}\n").rules["contract-missing"]
    assert settings == RuleSettings(on=True)
    assert settings.runs(enabled=False)
    assert not RuleSettings().runs(enabled=False)


def test_a_rule_has_options_of_its_own() -> None:
    settings = _read("rules: {description-placeholder: {severity: info, min_length: 3}}\n")
    assert settings.rules["description-placeholder"] == RuleSettings("info", options=(("min_length", 3),))
