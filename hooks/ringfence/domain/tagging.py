"""Tags for a model as edits of its properties entry. Tags of all levels add up, so one in the entry is never lost.

https://docs.getdbt.com/reference/resource-configs/tags
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ringfence.domain.described import body_of
from ringfence.domain.document import Mapping, Scalar, Sequence
from ringfence.domain.edit import Edit, written

if TYPE_CHECKING:
    from ringfence.domain.node import Node
    from ringfence.domain.project import Project


def tagging(node: Node, project: Project, tags: list[str]) -> tuple[Edit, ...] | str:
    """Return the edits that give a model these tags, or why there are none."""
    names = [written(tag) for tag in tags]
    listed = f"tags: [{', '.join(names)}]"
    if node.identity.version is not None:
        return "one of several versions: tag it by hand below `versions:`"
    if node.entry is None:
        if node.hidden is not None:
            return f"its entry cannot be seen: {node.hidden.reason}"
        text = f"{{name: {written(node.identity.name)}, config: {{{listed}}}}}"
        return (Edit("enter", node.place, text, "models", safe=False),)
    body = body_of(node, project)
    name = None if body is None else body.key("name")
    if body is None or name is None:
        return "its entry cannot be edited"
    config = body.get("config")
    if config is None:
        return (Edit("append", name.place, f"config: {{{listed}}}", safe=False),)
    if not isinstance(config, Mapping) or not config.pairs:
        return "its config: holds no settings that could be added to"
    return _configured(config, names, listed)


def _configured(config: Mapping, names: list[str], listed: str) -> tuple[Edit, ...] | str:
    held = config.get("tags")
    first = config.pairs[0][0]
    if held is None:
        return (Edit("append", config.pairs[-1][0].place, listed, safe=False),)
    if isinstance(held, Sequence):
        return tuple(Edit("insert", first.place, name, "tags", safe=False) for name in names)
    if isinstance(held, Scalar) and isinstance(held.value, str) and "{" not in held.text:
        return (Edit("replace", held.place, f"[{', '.join([written(held.text), *names])}]", safe=False),)
    return "its tags are no list that could be added to"
