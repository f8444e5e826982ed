"""A short template of a YAML value to its text, where constants and the adapter decide it."""

from __future__ import annotations


def rendered(text: str, adapter: str | None) -> str | None:
    """Return what a template reads, `{% if %}` on `target.type` followed; None where only a run decides.

    Variables stay open: what `var()` gives in a YAML file depends on the file and the command line.
    """
    if "{{" not in text and "{%" not in text:
        return text
    from ringfence.sql import marker
    from ringfence.sql.openvalues import Open
    from ringfence.sql.reading import Reading
    from ringfence.sql.skeleton import variants

    reading = Reading(adapter, lambda _: None, lambda name: Open(f"var {name}"))
    texts, _, gap = variants(text, reading)
    if gap is not None or len(texts) != 1 or marker.PATTERN.search(texts[0]) is not None:
        return None
    return texts[0].strip()
