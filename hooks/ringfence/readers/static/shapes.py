"""Shapes of models by content: what a file says of its columns, kept with what was looked up to tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ringfence.domain.shelf import Nothing
from ringfence.sql.openvalues import UNDEFINED, Open
from ringfence.sql.shape import Gap, Shape, pack, unpack_shape
from ringfence.sql.terms import Const, Var

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ringfence.domain.shelf import Shelf
    from ringfence.readers.static.effects import Scope
    from ringfence.sql.uses import Uses

_KIND = "shape"


class Shapes:
    """Reads each model's source once: a shape that a shelf keeps counts where its macros and variables are the same."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf: Shelf = shelf if shelf is not None else Nothing()
        self._texts: dict[str, str] = {}  # of files that define macros, by blob

    def of(self, scope: Scope, path: str, block: str = "") -> Shape:
        """Return the shape of the SQL file at `path` of the scope's own package, or of one block such as `snapshot:x`.

        Its macros are noted as looked up.
        """
        package = scope.packages[scope.package]
        key = f"{scope.adapter or ''}:{package.blob(path)}{block}"
        kept = self._kept(scope, key)
        if kept is not None:
            return kept
        shape = self._read(scope, path, block)
        names = {"m": _macros(scope, shape.macros), "v": _values(scope, shape.variables)}
        self._shelf.put(_KIND, key, json.dumps({**names, "s": pack(shape)}, separators=(",", ":")))
        return shape

    def uses(self, scope: Scope, path: str, block: str = "") -> Uses | str:
        """Return every column that a SQL file names, or why it cannot be read; its macros are noted as looked up."""
        package = scope.packages[scope.package]
        error = package.facts(path).error
        if error is not None:
            return f"the file cannot be parsed: {error[1]}"
        from ringfence.sql.uses import read_uses

        return read_uses(
            package.source(path),
            scope.adapter,
            lambda name: self._text(scope, name),
            lambda name: _value(scope, name),
            block,
        )

    def _kept(self, scope: Scope, key: str) -> Shape | None:
        text = self._shelf.get(_KIND, [key]).get(key)
        if text is None:
            return None
        found: dict[str, Any] = json.loads(text)
        if found["m"] != _macros(scope, found["m"]) or found["v"] != _values(scope, found["v"]):
            return None
        return unpack_shape(found["s"])

    def _read(self, scope: Scope, path: str, block: str) -> Shape:
        package = scope.packages[scope.package]
        error = package.facts(path).error
        if error is not None:
            return Shape(scope.adapter or "", (Gap(f"the file cannot be parsed: {error[1]}"),), (0,))
        from ringfence.sql.source import read_shape

        return read_shape(
            package.source(path),
            scope.adapter,
            lambda name: self._text(scope, name),
            lambda name: _value(scope, name),
            block,
        )

    def _text(self, scope: Scope, name: str) -> str | None:
        """Return the file that defines a macro, None where no file does."""
        found = scope.macro(name, scope.package)
        if found is None:
            return None
        package, _, path = found
        blob = scope.packages[package].blob(path)
        if blob not in self._texts:
            self._texts[blob] = scope.packages[package].source(path)
        return self._texts[blob]


def _value(scope: Scope, name: str) -> object:
    """Return what `vars:` gives a name: a plain value, UNDEFINED where it gives none."""
    found = scope.variables(Var(name, Const(UNDEFINED)))
    return found.value if isinstance(found, Const) else Open(f"var {name}")


def _macros(scope: Scope, names: Mapping[str, object] | tuple[str, ...]) -> dict[str, str | None]:
    """Return where the macros of these names stand: the blob that holds each, None where there is none."""
    found: dict[str, str | None] = {}
    for name in sorted(names):
        macro = scope.macro(name, scope.package)
        found[name] = None if macro is None else scope.packages[macro[0]].blob(macro[2])
    return found


def _values(scope: Scope, names: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
    values = {name: _value(scope, name) for name in sorted(names)}
    return {name: "" if value is UNDEFINED else repr(value) for name, value in values.items()}
