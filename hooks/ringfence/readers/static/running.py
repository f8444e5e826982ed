"""Whether dbt runs a node or a test, as far as what it reads decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Unknown
from ringfence.readers.static.build import test_references

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.fact import Fact
    from ringfence.domain.node import Node, Ref, SourceRef, Test
    from ringfence.readers.static.project import StaticProject


def runs(project: StaticProject, node: Node) -> Fact[bool]:
    """Return whether dbt runs a node: a test that reads something missing or disabled is switched off."""
    if node.identity.kind not in ("test", "unit_test") or isinstance(node.enabled, Unknown) or not node.enabled.value:
        return node.enabled
    return _readable(project, node.refs_at, node.sources_at, node.identity.package)


def test_runs(project: StaticProject, test: Test, node: Node) -> Fact[bool]:
    """Return whether dbt runs a generic test of a node."""
    switches = [test.config.get("enabled", True), node.enabled]
    if any(isinstance(switch, Known) and not switch.value for switch in switches):
        return Known(False)
    unknown = next((switch for switch in switches if isinstance(switch, Unknown)), None)
    if unknown is not None:
        return unknown
    read = test_references(test, project.builder_of(node))
    return _readable(project, read.refs, read.sources, node.identity.package)


def _readable(
    project: StaticProject, refs: Mapping[Ref, object], sources: Mapping[SourceRef, object], package: str
) -> Fact[bool]:
    keys = [project.target(ref, package) for ref in refs]
    read = [None if key is None else project.node(key) for key in keys]
    for source in sources:
        found = project.find_source(source)
        if isinstance(found, Unknown):
            return found
        read.append(found.value)
    return Known(all(node is not None and not _disabled(node) for node in read))


def _disabled(node: Node) -> bool:
    return isinstance(node.enabled, Known) and node.enabled.value is False
