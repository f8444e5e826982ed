"""Facts of a template as plain lists and back: what a cache keeps of a file that has been parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ringfence.sql.terms import FALSE, TRUE, Block, Call, Condition, Const, Facts, Op, Opaque, Param, Term, Var

if TYPE_CHECKING:
    from ringfence.domain.ignores import Ignore

Packed = Any  # lists, numbers, texts: what JSON holds


def pack(facts: Facts) -> Packed | None:
    """Return facts as lists; None where a value is none that JSON holds, so that it cannot be kept."""
    try:
        packed = [[pack_block(block) for block in facts.blocks], None if facts.error is None else list(facts.error)]
    except TypeError:
        return None
    if facts.ignores or facts.conditions:
        packed.append([list(one) for one in facts.ignores])
    return [*packed, [list(one) for one in facts.conditions]] if facts.conditions else packed


def pack_block(block: Block) -> Packed:
    """Return one block as lists: equal for blocks that say the same at the same place. Raises TypeError as `_value`."""
    params = [[name, None if default is None else _term(default)] for name, default in block.params]
    return [block.kind, block.name, params, [_call(call) for call in block.calls], block.line, int(block.open)]


def unpack(packed: Packed) -> Facts:
    """Return the facts that `pack` made lists of."""
    blocks, error, *more = packed
    read = Facts(tuple(_read_block(block) for block in blocks), None if error is None else (error[0], error[1]))
    if more[1:]:
        read = read._replace(conditions=tuple(Condition(*one) for one in more[1]))
    return read._replace(ignores=_ignores(more[0])) if more and more[0] else read


def _ignores(packed: Packed) -> tuple[Ignore, ...]:
    from ringfence.domain.ignores import unpack_ignore

    return tuple(map(unpack_ignore, packed))


def _call(call: Call) -> Packed:
    keywords = [[name, _term(term)] for name, term in call.keywords]
    guard = 1 if call.guard == TRUE else 0 if call.guard == FALSE else _term(call.guard)
    args = [_term(arg) for arg in call.args]
    return [call.name, args, keywords, call.open_keywords, guard, call.line, call.column, call.caller_of]


def _term(term: Term) -> Packed:
    if isinstance(term, Const):
        return ["c", _value(term.value)]
    if isinstance(term, Param):
        return ["p", term.name]
    if isinstance(term, Var):
        return ["v", term.name, None if term.default is None else _term(term.default)]
    if isinstance(term, Op):
        return ["o", term.op, *(_term(arg) for arg in term.args)]
    return ["x", term.text]


def _value(value: object) -> Packed:
    """Return a constant; lists are marked, so that a tuple and a dict come back as what they were. Raises TypeError."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return ["l" if isinstance(value, list) else "t", *(_value(item) for item in value)]
    if isinstance(value, dict):
        return ["d", *(_value(part) for pair in value.items() for part in pair)]
    raise TypeError(f"{type(value).__name__} is not kept")


def _read_block(packed: Packed) -> Block:
    kind, name, params, calls, line, takes_any = packed
    return Block(
        kind,
        name,
        tuple((param, None if default is None else _read(default)) for param, default in params),
        tuple(_read_call(call) for call in calls),
        line,
        bool(takes_any),
    )


def _read_call(packed: Packed) -> Call:
    name, args, keywords, hidden, guard, line, column, caller_of = packed
    return Call(
        name,
        tuple(map(_read, args)),
        tuple((key, _read(term)) for key, term in keywords),
        hidden,
        TRUE if guard == 1 else FALSE if guard == 0 else _read(guard),
        line,
        column,
        caller_of,
    )


def _read(packed: Packed) -> Term:
    kind = packed[0]
    if kind == "c":
        return Const(_read_value(packed[1]))
    if kind == "p":
        return Param(packed[1])
    if kind == "v":
        return Var(packed[1], None if packed[2] is None else _read(packed[2]))
    if kind == "o":
        return Op(packed[1], tuple(map(_read, packed[2:])))
    return Opaque(packed[1])


def _read_value(packed: Packed) -> object:
    if not isinstance(packed, list):
        return packed
    kind, *inner = packed
    values = [_read_value(item) for item in inner]
    if kind == "d":
        return dict(zip(values[::2], values[1::2], strict=True))
    return tuple(values) if kind == "t" else values
