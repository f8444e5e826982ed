"""Making text safe to print: names come from the judged repository, which nobody has to trust."""

from __future__ import annotations


def printable(text: str) -> str:
    """Return `text` in one line without control characters, so that no terminal takes orders from it."""
    return "".join(character if character.isprintable() else " " for character in text)


def runnable(fix: str, command: str) -> str:
    """Return a fix with `ringfence` spelled the way it can be started here."""
    return fix.replace("type: ringfence ", f"type: {command} ")
