"""The ranking of models for people: score, what it is made of, proposed tags; then what is odd about the tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.domain.impact import listed
from ringfence.domain.suggest import explained
from ringfence.reporters.clean import printable

if TYPE_CHECKING:
    from collections.abc import Iterator


def suggest(found: list[Any], limit: int, head: str) -> str:
    """Return two or more lines a model, the highest score first."""
    lines: list[str] = []
    for one in found:
        if len(found) > 1:
            lines += [f"project {one.judged.project.name} ({one.judged.project.root or '.'}, {head})"]
        lines += _project(one, limit)
    return "\n".join(map(printable, lines))


def _project(one: Any, limit: int) -> Iterator[str]:
    scoring = [ranked for ranked in one.models if ranked.measures.score]  # the first ones: nothing else is proposed
    shown = scoring[: limit or None]
    width = max((len(ranked.label) for ranked in shown), default=0)
    for ranked in shown:
        tags = "tags not known" if ranked.tags is None else ", ".join(sorted(ranked.tags))
        yield f"{ranked.measures.score:5}  {ranked.label.ljust(width)}{f'  [{tags}]' if tags else ''}".rstrip()
        yield f"       {explained(ranked.measures)}"
        for proposal in ranked.proposals:
            yield f"       propose {proposal.tag}: {proposal.why}"
    rest = len(one.models) - len(shown)
    if rest:
        yield f"and {rest} more of {len(one.models)} models ({len(scoring) - len(shown)} of them with a score)"
    for flag in one.flags:
        names = f": {listed(flag.models)}" if flag.models else ""
        yield f"{flag.kind}: {flag.told}{names}"
    if one.history is None:
        yield "note: nothing is committed yet, so there are no changes to count"
    elif one.history:
        yield f"note: {one.history}"
