"""Judges of cosmetic edits, which know nothing of our fingerprints: what is the same, and what was done to it."""

from __future__ import annotations

import hashlib
import re
from typing import Any

_JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_RAW = re.compile(r"\{%-?\s*(?:end)?raw\b")


def bare(text: str) -> str:
    """Return SQL with Jinja without comments, white space, and letter case outside of quotes and Jinja."""
    out: list[str] = []
    at = 0
    while at < len(text):
        two, one = text[at : at + 2], text[at]
        if two == "{#":
            at = _behind(text, "#}", at)
        elif two in ("{{", "{%"):
            end = _behind(text, "}}" if two == "{{" else "%}", at)
            out.append(_squeezed(text[at:end]))
            at = end
        elif two == "--":
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
        elif two == "/*":
            at = _behind(text, "*/", at)
        elif one in "'\"`":
            end = _behind(text, one, at + 1)
            out.append(text[at:end])
            at = end
        else:
            out.append("" if one.isspace() else one.lower())
            at += 1
    return "".join(out)


def _behind(text: str, mark: str, at: int) -> int:
    found = text.find(mark, at)
    return len(text) if found < 0 else found + len(mark)


def _squeezed(tag: str) -> str:
    """Return a Jinja tag without white space outside of its texts, and without the signs that eat white space."""
    tag = re.sub(r"^(\{[{%])[-+]?\s*", r"\1", tag)
    tag = re.sub(r"\s*[-+]?([%}]\})$", r"\1", tag)
    parts = re.split(r"('[^']*'|\"[^\"]*\")", tag)
    return "".join(part if at % 2 else _between(part) for at, part in enumerate(parts))


def _between(part: str) -> str:
    """Return what stands between the texts of a tag, white space only where it parts two words."""
    return re.sub(r"\s*([(),=|~\[\]{}:.])\s*", r"\1", re.sub(r"\s+", " ", part))


def tokens(text: str) -> list[tuple[str, str]] | None:
    """Return what sqlglot's tokenizer sees of a template; None where it or Jinja's lexer fails.

    Jinja's own lexer takes away the white space that tags eat. An expression stands as a name, glued to what it
    touches, a statement as nothing: what stands around it touches where no white space is left.
    """
    import sqlglot
    from jinja2 import Environment, TemplateSyntaxError
    from sqlglot.errors import SqlglotError

    out: list[str] = []
    inside: list[str] = []
    try:
        for _, kind, value in Environment(autoescape=True).lex(text):
            if kind == "data":
                out.append(value)
            elif kind == "variable_begin":
                inside = []
            elif kind == "variable_end":
                out.append(f"jinja_{hashlib.sha256(' '.join(inside).encode()).hexdigest()[:16]}")
            elif kind != "whitespace":
                inside.append(value)
        made = sqlglot.tokenize("".join(out))
    except (SqlglotError, TemplateSyntaxError):
        return None
    quoted = {"STRING", "IDENTIFIER", "RAW_STRING", "HEREDOC_STRING"}
    return [(one.token_type.name, one.text if one.token_type.name in quoted else one.text.upper()) for one in made]


def comments(text: str) -> list[str]:
    """Return the comments of SQL and Jinja, outside of quotes."""
    found = re.finditer(r"\{#.*?#\}|--[^\n]*|/\*.*?\*/|'[^']*'|\"[^\"]*\"", text, re.DOTALL)
    return [" ".join(one[0].split()) for one in found if one[0][0] in "{-/"]


def cosmetic_sql(old: str, new: str) -> str | None:
    """Return what was done to a model or macro that says the same; None where it does not, or it is not certain."""
    if old == new or bare(old) != bare(new) or _RAW.search(old) or "\\" in old or "$$" in old:
        return None
    before, after = tokens(old), tokens(new)
    if before is None or before != after:
        return None
    was, now = comments(old), comments(new)
    if any("{{" in one or "{%" in one for one in {*was} ^ {*now}):
        return None  # dbt renders Jinja in SQL's comments
    if was != now:
        return _commented(was, now)
    return _spaced(old, new)


def _commented(was: list[str], now: list[str]) -> str:
    what = "Jinja comment" if any(one.startswith("{#") for one in {*was} ^ {*now}) else "comment"
    if len(was) == len(now):
        return f"{what} changed" if sorted(was) != sorted(now) else "comment moved"
    return f"{what} {'added' if len(now) > len(was) else 'removed'}"


def _spaced(old: str, new: str) -> str:
    if "".join(old.split()) != "".join(new.split()):
        if "".join(old.split()).lower() == "".join(new.split()).lower():
            return "keyword case"
        return (
            "Jinja white space control"
            if re.search(r"[{%]-|-[}%]", old + new) and _signs(old) != _signs(new)
            else "commas moved"
        )
    if old.replace("\r\n", "\n") == new.replace("\r\n", "\n"):
        return "line endings"
    if old.rstrip() == new.rstrip():
        return "end of file"
    if _stripped(old, blank=True) == _stripped(new, blank=True):
        return "trailing white space"
    if _stripped(old, blank=False) == _stripped(new, blank=False):
        return "blank lines"
    if [one.strip() for one in old.split("\n")] == [one.strip() for one in new.split("\n")]:
        return "tabs to spaces" if "\t" in old and "\t" not in new else "indentation"
    tags = _JINJA.findall(old)
    if tags != _JINJA.findall(new) and _JINJA.sub("", old) == _JINJA.sub("", new):
        return "white space in Jinja"
    if len(old.split("\n")) != len(new.split("\n")):
        return "line breaks"
    return "spaces inside lines"


def _signs(text: str) -> list[str]:
    return [tag[:3] + tag[-3:] for tag in _JINJA.findall(text)]


def _stripped(text: str, *, blank: bool) -> list[str]:
    lines = [one.rstrip() for one in text.split("\n")]
    return lines if blank else [one for one in lines if one]


def cosmetic_yaml(old: str, new: str) -> str | None:
    """Return what was done to YAML that holds the same; None where it holds something else, or it is not certain."""
    import yaml

    if old == new or "&" in old or "<<" in old:
        return None
    try:
        before, after = yaml.safe_load(old), yaml.safe_load(new)
        repeated = any(_repeats(yaml.compose(one)) for one in (old, new))
    except (yaml.YAMLError, ValueError):
        return None
    if repeated:
        return None
    if not isinstance(before, dict) or not isinstance(after, dict):
        return None
    if before != after:
        return "entries moved" if _sorted(before) == _sorted(after) else None
    if repr(before) != repr(after):
        return "key order"
    return _restyled(old, new)


def _repeats(node: Any) -> bool:
    """Return whether a mapping holds a key twice: a loader keeps the last."""
    if not isinstance(getattr(node, "value", None), list):
        return False
    inside = [one for pair in node.value for one in pair] if node.id == "mapping" else node.value
    keys = [key.value for key, _ in node.value if isinstance(key.value, str)] if node.id == "mapping" else []
    return len(keys) != len(set(keys)) or any(map(_repeats, inside))


def _sorted(value: Any, key: str = "") -> Any:
    """Return YAML with the entries of lists of named things in order."""
    if isinstance(value, dict):
        return {name: _sorted(one, str(name)) for name, one in value.items()}
    if isinstance(value, list):
        made = [_sorted(one) for one in value]
        named = key in ("models", "columns", "sources", "tables", "seeds", "snapshots", "exposures", "macros")
        if named and all(isinstance(one, dict) and "name" in one for one in made):
            return sorted(made, key=lambda one: repr(one["name"]))
        return made
    return value


def _yaml_comments(text: str) -> list[str]:
    return [one[1].strip() for one in re.finditer(r"(?m)(?:^|\s)(#[^\n]*)$", text)]


def _restyled(old: str, new: str) -> str:
    was, now = _yaml_comments(old), _yaml_comments(new)
    if was != now:
        if len(was) == len(now):
            return "YAML comment changed" if sorted(was) != sorted(now) else "YAML comment moved"
        return f"YAML comment {'added' if len(now) > len(was) else 'removed'}"
    if old.replace("\r\n", "\n") == new.replace("\r\n", "\n"):
        return "YAML line endings"
    if old.rstrip() == new.rstrip():
        return "YAML end of file"
    if _stripped(old, blank=True) == _stripped(new, blank=True):
        return "YAML trailing white space"
    if _stripped(old, blank=False) == _stripped(new, blank=False):
        return "YAML blank lines"
    squeezed = [re.sub(r"\s+", "", one) for one in (old, new)]
    if squeezed[0] == squeezed[1]:
        return "YAML indentation" if len(old.split("\n")) == len(new.split("\n")) else "YAML line breaks"
    if squeezed[0].translate(_QUOTES) == squeezed[1].translate(_QUOTES):
        return "YAML quoting style"
    if squeezed[0].replace("---", "") == squeezed[1].replace("---", ""):
        return "YAML document start"
    if any(re.search(r":\s*[|>]", one) for one in (old, new)):
        return "YAML block text"
    return "YAML flow and block style"


_QUOTES = str.maketrans("", "", "'\"")
