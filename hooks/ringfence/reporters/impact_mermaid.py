"""What rests on a node or column as a Mermaid flowchart: https://mermaid.js.org/syntax/flowchart.html"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ringfence.reporters.clean import printable

if TYPE_CHECKING:
    from ringfence.domain.impact import Reached

# Shapes by kind; everything else is a rounded box.
_BOXES = {"model": ("[", "]"), "source": ("[(", ")]"), "seed": ("[(", ")]"), "exposure": ("([", "])")}
_ROUND = ("(", ")")
_UNSAFE = re.compile(r"[^\w .,:/@-]")


def impact(told: Any) -> str:
    """Return a flowchart: boxes are nodes, dashed arrows lead to what is perhaps touched."""
    ids = {told.node.key: "n0"}
    lines = ["flowchart LR", f"  n0{_box(told.node, told.label)}"]
    for number, one in enumerate(told.found.reached, 1):
        ids[one.node.key] = f"n{number}"
        lines.append(f"  n{number}{_box(one.node, one.node.identity.label, *_more(one))}")
    for one in told.found.reached:
        unsure = one.doubt is not None or (one.effect.doubts and not one.effect.is_known)
        arrow = "-.->|perhaps|" if unsure else "-->"
        parents = sorted(int(ids[key][1:]) for key in told.found.parents[one.node.key] if key in ids)
        lines += [f"  n{parent} {arrow} {ids[one.node.key]}" for parent in parents]
    return "\n".join(lines)


def _more(one: Reached) -> list[str]:
    return [part for part in (", ".join(one.effect.columns), ", ".join(one.effect.clauses)) if part]


def _box(node: Any, *lines: str) -> str:
    opening, closing = _BOXES.get(node.identity.kind, _ROUND)
    text = "<br/>".join(map(_escaped, lines))
    return f'{opening}"{text}"{closing}'


def _escaped(text: str) -> str:
    """Return text that a quoted label shows as it is: everything that could mean something goes by its number."""
    return _UNSAFE.sub(lambda found: f"#{ord(found[0])};", printable(text))
