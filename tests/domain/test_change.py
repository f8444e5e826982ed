from __future__ import annotations

import pytest

from ringfence import changes
from ringfence.changes.index import CHANGES
from ringfence.domain.change import AXES, FLAGS, LEVELS, Change
from ringfence.domain.finding import SEVERITIES, Subject
from ringfence.domain.place import Place
from ringfence.domain.rule import RuleInfo

CHANGE = Change(
    "breaking", Subject("model", "orders", "id", "model.shop.orders"), Place("a.yml", 3), "it changed", "undo it",
    old="integer", new="text", affected=("daily",), flags=("data",), evidence="static",
    code="RF403", kind="column-type-changed",
)  # fmt: skip


def test_as_a_finding_it_keeps_everything_but_who_is_affected() -> None:
    finding = CHANGE.as_finding()
    assert (finding.message, finding.place, finding.subject, finding.fix) == (
        "it changed",
        CHANGE.place,
        CHANGE.subject,
        "undo it",
    )
    assert (finding.old, finding.new, finding.evidence) == ("integer", "text", "static")
    assert (finding.code, finding.name) == ("RF403", "column-type-changed")
    assert finding.fingerprint == CHANGE.fingerprint


@pytest.mark.parametrize("level", LEVELS)
def test_every_level_has_a_severity(level: str) -> None:
    severity = CHANGE._replace(level=level).as_finding().severity
    assert severity in SEVERITIES
    assert (severity == "error") == (level == "breaking")


def test_the_level_does_not_move_the_fingerprint() -> None:
    assert CHANGE._replace(level="risky", affected=(), flags=()).fingerprint == CHANGE.fingerprint


@pytest.mark.parametrize("info", CHANGES, ids=lambda info: info.name)
def test_every_kind_says_what_it_checks(info: RuleInfo) -> None:
    kind = changes.load(info)
    assert kind.purpose.startswith("Checks that ")
    assert not kind.purpose.endswith(".")
    assert kind.axis in AXES
    assert kind.approval in ("non-breaking", "breaking", "critical")
    assert kind.code.startswith("RF4")
    assert FLAGS == ("ops", "data")
