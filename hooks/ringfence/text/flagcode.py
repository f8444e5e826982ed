"""Taking a flag out of a template: what asks for it becomes the side that is kept, and every other byte stays.

A condition on the flag alone goes with its tags and its dead branch; elsewhere the call becomes `true` or `false`.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from ringfence.domain.flagnames import MACROS
from ringfence.domain.namedtuple import NamedTuple
from ringfence.text.tags import Condition, Tag, TemplateError, Token, conditions_of, tags_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_MOST = 1_000  # uses of one flag in one file
_SIDES = {"variation": ("name", "off", "on"), "rollout": ("name", "off", "on", "key", "percent")}
_STRIPS = re.compile(r"\s*\{[{%#]-")
_PRIMARY = re.compile(r"[^\W\d]\w*|'.*'|\".*\"|\d.*|\.", re.DOTALL)


class Cleaned(NamedTuple):
    """A template without its flag, and the lines, from 1, in which a constant was left for people to simplify."""

    text: str
    constants: tuple[int, ...]


class _Call(NamedTuple):
    """A use: the macro, the place of the call among the tokens of its tag, its arguments as tokens by their names."""

    macro: str
    first: int
    last: int
    arguments: dict[str, tuple[Token, ...]]


def clean(text: str, flag: str, *, keep: bool) -> Cleaned:
    """Return a template without a flag, as if it were on (`keep`) or off. Raises TemplateError where it cannot tell."""
    if _MARK in text:
        raise TemplateError(text.index(_MARK), "it holds a character that stands for none")
    for _ in range(_MOST):
        tags = tags_of(text)
        if not any(_calls(tag, flag) for tag in tags):
            lines = (text.count("\n", 0, found.start()) + 1 for found in re.finditer(_MARK, text))
            return Cleaned(text.replace(_MARK, ""), tuple(dict.fromkeys(lines)))
        text = _condition(text, tags, flag, keep=keep) or _expression(text, tags, flag, keep=keep)
    raise TemplateError(0, f"it asks for {flag} more than {_MOST:,} times")


# Stands behind a constant until the template is done; no source holds it: it is no character of Unicode's.
_MARK = "\ufdd0"


# calls


def _calls(tag: Tag, flag: str) -> list[_Call]:
    """Return the uses of a flag in a tag. Raises TemplateError where an argument cannot be told."""
    tokens = tag.tokens
    found = []
    for at in range(len(tokens) - 4):
        words = [token.text for token in tokens[at : at + 4]]
        if words[:2] != ["ringfence", "."] or words[2] not in MACROS or words[3] != "(":
            continue
        if at and tokens[at - 1].text == ".":
            continue
        last = next(end for end in range(at + 4, len(tokens)) if tokens[end].depth == tokens[at].depth)
        arguments = _arguments(words[2], tokens[at + 4 : last], tokens[at])
        if [token.text[1:-1] for token in arguments.get("name", ())] == [flag]:
            found.append(_Call(words[2], at, last, arguments))
    return found


def _arguments(macro: str, tokens: Sequence[Token], call: Token) -> dict[str, tuple[Token, ...]]:
    names = _SIDES.get(macro, ("name",))
    found: dict[str, tuple[Token, ...]] = {}
    for number, part in enumerate(_split(tokens, call.depth + 1)):
        if part[0].text in ("*", "**") or (number >= len(names) and part[1:2] and part[1].text != "="):
            raise TemplateError(call.start, f"the arguments of ringfence.{macro}() cannot be told")
        if len(part) > 2 and part[1].text == "=":
            found[part[0].text] = tuple(part[2:])
        elif number < len(names):
            found[names[number]] = tuple(part)
    return found


def _split(tokens: Sequence[Token], depth: int) -> Iterator[list[Token]]:
    part: list[Token] = []
    for token in tokens:
        if token.text == "," and token.depth == depth:
            if part:
                yield part
            part = []
        else:
            part.append(token)
    if part:
        yield part


# conditions


def _condition(text: str, tags: list[Tag], flag: str, *, keep: bool) -> str | None:
    """Return the text without one condition on the flag alone, or None where there is none."""
    for condition in conditions_of(tags):
        for number, branch in enumerate(condition.branches):
            truth = _truth(branch.tokens[1:], branch, flag, keep=keep)
            if truth is not None:
                return _taken(text, condition, number) if truth else _dropped(text, condition, number)
    return None


def _truth(tokens: Sequence[Token], tag: Tag, flag: str, *, keep: bool) -> bool | None:
    """Return what a condition is worth that is a use of the flag and nothing else, perhaps with `not`."""
    inverted = bool(tokens) and tokens[0].text == "not"
    first = 1 + inverted
    for call in _calls(tag, flag):
        alone = call.first == first and call.last == len(tag.tokens) - 1
        if alone and call.macro in ("flag", "kill"):
            return (keep and call.macro == "flag") is not inverted
    return None


def _taken(text: str, condition: Condition, number: int) -> str:
    """Return the text with a branch that always is taken: what follows it goes, and what asks for it as well."""
    branch = condition.branches[number]
    after = [*condition.branches[number + 1 :], condition.end][0]
    if number:
        return _reworded(_joined(text, after, condition.end), branch, "else")
    text = _cut(text, after, condition.end)
    return _cut(text, branch, branch)


def _dropped(text: str, condition: Condition, number: int) -> str:
    """Return the text without a branch that never is taken."""
    branch, following = condition.branches[number], condition.branches[number + 1 :]
    if number:
        return _joined(text, branch, [*following, condition.end][0])
    if not following:
        return _cut(text, branch, condition.end)
    if following[0].keyword == "elif":
        return _joined(_reworded(text, following[0], "if"), branch, following[0])
    text = _cut(text, condition.end, condition.end)
    return _cut(text, branch, following[0])


def _joined(text: str, gone: Tag, next_: Tag) -> str:
    """Return the text without all from the start of a tag to that of the next, which strips then as the first did."""
    opening = text[next_.start : next_.start + 2] + "-" * gone.strips_before
    return text[: gone.start] + opening + text[next_.start + 2 + next_.strips_before :]


def _reworded(text: str, tag: Tag, word: str) -> str:
    """Return the text with another first word in a tag; `else` has no condition."""
    first, last = tag.tokens[0], tag.tokens[-1]
    return text[: first.start] + word + text[(last if word == "else" else first).end :]


def _cut(text: str, first: Tag, last: Tag) -> str:
    """Return the text without all from one tag to another; a line that holds nothing else goes as a whole.

    White space that the tags strip goes as it would have gone.
    """
    start, end = first.start, last.end
    if not (first.strips_before or last.strips_after):
        line, rest = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        rest = len(text) if rest < 0 else rest + 1
        if not text[line:start].strip() and not text[end:rest].strip():
            start, end = line, rest
    before, after = text[:start], text[end:]
    before = before.rstrip() if first.strips_before else before
    after = after.lstrip() if last.strips_after else after
    # what stood between them kept a neighbour that strips from the white space on the other side
    parted = (before[-1:].isspace() and _STRIPS.match(after)) or (
        after[:1].isspace() and before.rstrip().endswith(("-%}", "-}}", "-#}"))
    )
    return f"{before}{'{##}' if parted else ''}{after}"


# expressions


def _expression(text: str, tags: list[Tag], flag: str, *, keep: bool) -> str:
    """Return the text with one use replaced by what it is worth."""
    tag, call = next((tag, call) for tag in tags for call in _calls(tag, flag))
    tokens = tag.tokens
    start, end = tokens[call.first].start, tokens[call.last].end
    if call.macro in _SIDES:
        given = call.arguments.get("on" if keep else "off")
        if given is None:
            raise TemplateError(start, f"ringfence.{call.macro}() lacks the side that is kept")
        return text[:start] + _enclosed(text, given) + text[end:]
    worth = keep and call.macro == "flag"
    chosen = _inline(tag, call, worth=worth)
    if chosen is None:
        return text[:start] + ("true" if worth else "false") + _MARK + text[end:]
    (first, last), side = chosen
    kept = "''" if side is None else text[side[0].start : side[-1].end]
    return text[: tokens[first].start] + kept + text[tokens[last].end :]


def _enclosed(text: str, side: Sequence[Token]) -> str:
    """Return an argument as it is written, in brackets where an operator stands in it."""
    written = text[side[0].start : side[-1].end]
    depth = side[0].depth
    words = [token.text for token in side if token.depth == depth and token.text not in ("(", ")", "[", "]")]
    # a name, a text or a number, perhaps with attributes, calls and items behind it
    chained = all((left == ".") is not (right == ".") for left, right in pairwise(words))
    return written if chained and all(_PRIMARY.fullmatch(word) for word in words) else f"({written})"


def _inline(tag: Tag, call: _Call, *, worth: bool) -> tuple[tuple[int, int], Sequence[Token] | None] | None:
    """Return the places of the first and last token of `A if FLAG else B` and the side that is kept, else None.

    Without an `else` the other side is None. The filter of a loop looks the same and is none.
    """
    tokens, depth = tag.tokens, tag.tokens[call.first].depth
    inverted = tokens[call.first - 1].text == "not"
    middle = call.first - 1 - inverted
    if tag.keyword == "for" or middle < 1 or tokens[middle].text != "if" or tokens[middle].depth != depth:
        return None
    first = middle
    floor = 1 if tag.is_statement else 0
    while first > floor and not (_bounds(tokens[first - 1], depth) or _is(tokens[first - 1], "else", depth)):
        first -= 1
    last = call.last
    while last + 1 < len(tokens) and not _bounds(tokens[last + 1], depth):
        last += 1
    otherwise = tokens[call.last + 1 : last + 1]
    then = tokens[first:middle]
    odd = any(_is(token, "if", depth) for token in then)  # `A if B if FLAG`
    if not then or odd or (otherwise and otherwise[0].text != "else"):
        return None
    side = then if worth is not inverted else otherwise[1:] or None
    return (first, last), side


def _bounds(token: Token, depth: int) -> bool:
    """Return whether an expression of this depth begins or ends at a token."""
    return token.depth < depth or (token.depth == depth and token.text in (",", "=", ":"))


def _is(token: Token, word: str, depth: int) -> bool:
    return token.text == word and token.depth == depth
