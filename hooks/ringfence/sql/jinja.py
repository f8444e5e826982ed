"""Jinja source to a syntax tree. The only module that knows Jinja2: its lexer and parser, never its renderer.

dbt adds block tags of its own to Jinja (https://docs.getdbt.com/reference/dbt-jinja-functions); each parses here into a
`Macro` node whose name carries the tag, so that the walker meets one kind of definition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn, cast

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

if TYPE_CHECKING:
    from ringfence.sql.quick import Parts
    from ringfence.sql.terms import Call, Const

_NAMED = ("snapshot", "docs")
_WITH_PARAMETERS = ("test", "data_test")


# What dbt takes out of a file of macros; everything around it may be no Jinja at all.
_DEFINED = re.compile(r"\{#|\{%[-+]?\s*(end)?(macro|test|data_test|materialization)\b")


class JinjaError(ValueError):
    """A template that Jinja cannot parse: the line (from 1) and what the parser said."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _DbtBlocks(Extension):
    tags = {*_NAMED, *_WITH_PARAMETERS, "materialization"}  # noqa: RUF012  (the base class declares it so)

    def parse(self, parser: Parser) -> nodes.Node:
        token = next(parser.stream)
        tag = token.value
        node = nodes.Macro(lineno=token.lineno)
        name = parser.parse_assign_target(name_only=True).name
        node.name = f"{'test' if tag == 'data_test' else tag}:{name}"
        node.args, node.defaults = [], []
        if tag in _WITH_PARAMETERS:
            parser.parse_signature(node)
        elif tag == "materialization":
            _skip_options(parser)
        node.body = parser.parse_statements((f"name:end{tag}",), drop_needle=True)
        return node


def _skip_options(parser: Parser) -> None:
    while parser.stream.skip_if("comma"):
        parser.parse_assign_target(name_only=True)
        if parser.stream.skip_if("assign"):
            parser.parse_expression()


_environment = Environment(extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", _DbtBlocks], autoescape=False)  # noqa: S701  (nothing is rendered)


def parse(source: str) -> nodes.Template:
    """Return the syntax tree of a template. Raises JinjaError."""
    try:
        return _environment.parse(source)
    except TemplateSyntaxError as error:
        _refuse(error.lineno, error.message or "cannot be parsed")
    except RecursionError:
        _refuse(1, "nests too deeply")
    except ValueError:
        _refuse(1, "holds a number that is too long to be read")


def assembled(parts: Parts) -> list[nodes.Node]:
    """Return the body of the template that these parts make up, as `parse` would give it."""
    made: list[nodes.Expr] = []
    for part in parts:
        if not isinstance(part, str):
            made.append(_called(part))
        elif part:
            made.append(nodes.TemplateData(part))
    return [nodes.Output(made)] if made else []


def _called(call: Call) -> nodes.Call:
    first, *attributes = call.name.split(".")
    named: nodes.Expr = nodes.Name(first, "load", lineno=call.line)
    for attribute in attributes:
        named = nodes.Getattr(named, attribute, "load", lineno=call.line)
    args = [_constant(cast("Const", one).value) for one in call.args]
    keywords = [nodes.Keyword(key, _constant(cast("Const", one).value)) for key, one in call.keywords]
    return nodes.Call(named, args, keywords, None, None, lineno=call.line)


def _constant(value: object) -> nodes.Expr:
    if isinstance(value, list):
        return nodes.List([_constant(item) for item in value])
    if isinstance(value, dict):
        return nodes.Dict([nodes.Pair(_constant(key), _constant(item)) for key, item in value.items()])
    return nodes.Const(value)


def definitions(source: str) -> str:
    """Return a source with its macros, tests and materializations where they stand, and spaces for all around them.

    Empty where there are none, or one of them never ends.
    """
    kept: list[str] = []
    done = ready = 0
    start: tuple[int, str] | None = None
    for tag in _DEFINED.finditer(source):
        if tag.start() < ready:
            continue  # inside a comment
        if tag[2] is None:
            end = source.find("#}", tag.end())
            ready = len(source) if end < 0 else end
        elif not tag[1]:
            start = start or (tag.start(), tag[2])
        elif start is not None and start[1] == tag[2] and (close := source.find("%}", tag.end())) >= 0:
            end = close + 2
            kept += [_blank(source[done : start[0]]), source[start[0] : end]]
            done, start = end, None
    return "" if start is not None else "".join(kept)


def _blank(text: str) -> str:
    return re.sub(r"[^\r\n]", " ", text)


def parse_expression(source: str) -> nodes.Expr | None:
    """Return the expression of a text that is exactly one `{{ expression }}`, or None. Raises JinjaError."""
    body = parse(source).body
    if len(body) != 1 or not isinstance(body[0], nodes.Output):
        return None
    parts = body[0].nodes
    return parts[0] if len(parts) == 1 and not isinstance(parts[0], nodes.TemplateData) else None


def _refuse(line: int, message: str) -> NoReturn:
    raise JinjaError(line, message) from None
