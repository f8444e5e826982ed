"""Which keys a percentage rollout takes in: the same in Python as in the SQL of macros/flags/rollout.sql.

A key's text is hashed behind the salt: `md5("salt:key")`. The first eight hexadecimal digits, as a number, are compared
with the share of 2**32 that the percentage is. So a larger percentage takes in every key that a smaller one does, and
two salts take in keys independently of each other.
"""

from __future__ import annotations

DIGITS = 8
_SIZE = 16**DIGITS


def threshold(percent: float) -> int:
    """Return the number below which the digits of keys in the bucket lie; `percent` is from 0 to 100."""
    return int(percent * _SIZE / 100)


def in_bucket(key: str | None, salt: str, percent: float) -> bool:
    """Return whether a key, as text, is in the bucket; NULL (None) never is.

    The text is what the warehouse makes of the key: whole numbers without zeros in front, UUIDs in small letters with
    hyphens, texts as they are.
    """
    if key is None or percent <= 0:
        return False
    import hashlib

    digest = hashlib.md5(f"{salt}:{key}".encode(), usedforsecurity=False).hexdigest()
    return int(digest[:DIGITS], 16) < threshold(percent)
