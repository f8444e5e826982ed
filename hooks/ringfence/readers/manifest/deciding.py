"""Whether something that is in no manifest may decide what a template does: variables, flags, time, other nodes.

`target` and `env_var()` are not meant: those of the machine that made a manifest are what makes it evidence for one
target. What hides in a text is looked for in its tags; where only some of its calls matter, their terms are looked at.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ringfence.sql.terms import Const, Op, Opaque

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ringfence.sql.terms import Call, Term

_TAG = re.compile(r"\{[{%].*?[%}]\}", re.DOTALL)
_THIS = re.compile(r"\{\{-?\s*this\s*-?\}\}")
_ELSEWHERE = re.compile(
    r"\bvar\s*\(|\b(?:config|model|this)\s*[.\[]|(?:ref|source)\s*\([^)]*\)\s*\."
    r"|\b(?:graph|flags|modules|run_started_at|invocation_\w+|selected_resources)\b"
)
# A macro whose name is computed: nobody knows which one it is.
_UNNAMED = re.compile(r"\bcontext\b(?!\s*\[\s*['\"]\w+['\"]\s*\])|\bdispatch\s*\(\s*(?!(?:macro_name\s*=\s*)?['\"])")
_DISPATCHED = re.compile(r"\bdispatch\s*\(\s*(?:macro_name\s*=\s*)?['\"](\w+)['\"]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_TARGET = re.compile(r"\btarget(?:\.\w+)*")
_NAME = re.compile(r"[A-Za-z_]\w*")
_CALL = re.compile(r"\|\s*(\w+)|(?:\w+\.)*(\w+)\s*\(")  # a filter, or a call: a local variable is neither
_FUNCTIONS = frozenset(
    {"env_var", "as_bool", "as_native", "as_number", "as_text", "bool", "default", "int", "item", "length", "list"}
    | {"lower", "not", "replace", "string", "trim", "upper"}
)
_WORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "none", "true", "false", "defined", "undefined"})


def restless(text: str) -> bool:
    """Return whether a template holds something that is in no manifest."""
    tags = _tags(text)
    return _ELSEWHERE.search(tags) is not None or _UNNAMED.search(tags) is not None


def unnamed(text: str) -> bool:
    """Return whether a template calls a macro whose name it computes."""
    return _UNNAMED.search(_tags(text)) is not None


def dispatched(texts: Iterable[str]) -> set[str]:
    """Return the names of the macros that templates leave to the adapter."""
    return {name for text in texts for name in _DISPATCHED.findall(text)}


def settled(call: Call, macros: Collection[str], keyword: str | None = None) -> bool:
    """Return whether how a call is made, and if at all, rests on nothing else than constants, the target and macros.

    With `keyword` only this argument counts, and those that may hide it.
    """
    hidden: list[Term] = [] if call.open_keywords is None else [Opaque(call.open_keywords)]
    given = [
        term for name, term in call.keywords if keyword is None or name.replace("_", "-") == keyword.replace("_", "-")
    ]
    return all(_settled(term, macros) for term in (call.guard, *call.args, *given, *hidden))


def _settled(term: Term, macros: Collection[str]) -> bool:
    if isinstance(term, Const):
        return True
    if isinstance(term, Op):
        return all(_settled(part, macros) for part in term.args)
    if not isinstance(term, Opaque) or _ELSEWHERE.search(term.text):
        return False
    plain = _TARGET.sub("", _QUOTED.sub("", term.text))
    called = {one or other for one, other in _CALL.findall(plain)}
    words = {word.lower() for word in _NAME.findall(_CALL.sub(" ", plain))}
    return called <= _FUNCTIONS | set(macros) and words <= _WORDS


def _tags(text: str) -> str:
    return "\n".join(_TAG.findall(_THIS.sub("", text)))
