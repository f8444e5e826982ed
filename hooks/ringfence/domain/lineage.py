"""What a node reads and what reads it, step by step: edges that are certain, and those that only a run decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.fact import Known, Undecided, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ringfence.domain.node import Node
    from ringfence.domain.project import Project

    # The next nodes, each with the reason why the edge to it is in doubt.
    Step = Callable[[Node, Project], Iterator[tuple[Node, Unknown | None]]]


def children(node: Node, project: Project) -> Iterator[tuple[Node, Unknown | None]]:
    """Yield what reads a node; in doubt where a reader's refs are not all known, or it may be switched off."""
    for key in () if _is_off(node) else project.children(node.key):
        child = project.whole(key)
        if child is not None and not _is_off(child):
            yield child, _doubt(child)


def parents(node: Node, project: Project) -> Iterator[tuple[Node, Unknown | None]]:
    """Yield what a node reads; in doubt where its refs are not all known."""
    doubt = _doubt(node)
    found = [*map(project.find, node.refs_at), *map(project.find_source, node.sources_at)]
    for fact in () if _is_off(node) else found:
        target = fact.value if isinstance(fact, Known) else None
        whole = project.whole(target.key) if target is not None else None
        if whole is not None and not _is_off(whole):
            yield whole, doubt


def within(node: Node, project: Project, step: Step, steps: int | None, holds: Callable[[Node], bool]) -> bool:
    """Return whether something holds for a node or for one that is so many steps away (None: any number).

    Raises Undecided where only an edge in doubt leads there, or where it is not known whether it holds.
    """
    reason: Undecided | None = None
    certain = {node.key}
    doubtful: dict[str, tuple[Node, Unknown]] = {}
    level, taken = [node], 0
    while level:
        for one in level:
            try:
                if holds(one):
                    return True
            except Undecided as unknown:
                reason = reason or unknown
        if steps is not None and taken >= steps:
            break
        following: list[Node] = []
        for one in level:
            for other, doubt in step(one, project):
                if doubt is not None:
                    doubtful.setdefault(other.key, (other, doubt))
                elif other.key not in certain:
                    certain.add(other.key)
                    following.append(other)
        level, taken = following, taken + 1
    if reason is not None:
        raise reason
    _raise_doubts(doubtful, certain, project, step, holds)
    return False


def _raise_doubts(
    doubtful: dict[str, tuple[Node, Unknown]],
    certain: set[str],
    project: Project,
    step: Step,
    holds: Callable[[Node], bool],
) -> None:
    """Raise Undecided where something holds beyond an edge in doubt, however many steps away: it might be reached."""
    met = set(certain)
    waiting = [pair for key, pair in doubtful.items() if key not in certain]
    while waiting:
        node, doubt = waiting.pop()
        if node.key in met:
            continue
        met.add(node.key)
        if holds(node):
            raise Undecided(doubt.reason, doubt.place)
        waiting += [(other, doubt) for other, _ in step(node, project)]


def _is_off(node: Node) -> bool:
    return isinstance(node.enabled, Known) and not node.enabled.value


def _doubt(node: Node) -> Unknown | None:
    facts = (node.enabled, node.refs, node.sources)
    return next((fact for fact in facts if isinstance(fact, Unknown)), None)
