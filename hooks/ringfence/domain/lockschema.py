"""The JSON Schemas of the files that locks are made of; published in schemas/."""

from __future__ import annotations

from typing import Any

from ringfence.domain.lock import FORMAT
from ringfence.domain.permit import CLASSES
from ringfence.domain.settings import CHANGE_CLASSES

GUARDS = ("interface", "logic")
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_TEXT = {"type": "string"}
_DAY = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"}
_SEAL = {"type": "string", "pattern": "^[0-9a-f]{12}$"}


def lock_schema() -> dict[str, Any]:
    """Return the schema of `ringfence/locks/<model>.yml`."""
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": ["date", "class", "what", "reason", "by", "seal"],
        "properties": {
            "date": _DAY,
            "class": {"enum": list(CHANGE_CLASSES)},
            "what": {**_TEXT, "description": "what changed, old and new"},
            "reason": _TEXT,
            "by": _TEXT,
            "ticket": _TEXT,
            "permit": {**_TEXT, "description": "the id of the permit that this change spends"},
            "approvers": {**_TEXT, "description": "the owners whom its class asks for"},
            "expires": {**_DAY, "description": "of an emergency: its last day"},
            "seal": {**_SEAL, "description": "of what the lock holds after this change"},
        },
    }
    column = {"type": "object", "additionalProperties": _TEXT, "minProperties": 1, "maxProperties": 1}
    interface = {
        "type": "object",
        "required": ["columns"],
        "additionalProperties": _TEXT,
        "properties": {
            "columns": {
                "description": "name -> type, constraints, and inferred where no file declares the column",
                "type": "array",
                "items": column,
            },
            "unknown": {"description": "what was not known when the lock was taken", "type": "array", "items": _TEXT},
        },
    }
    return {
        "$schema": _DRAFT,
        "title": "ringfence/locks/<model>.yml",
        "type": "object",
        "additionalProperties": False,
        "required": ["version", "model", "guard", "interface", "changes"],
        "properties": {
            "version": {"const": FORMAT},
            "model": {**_TEXT, "description": "the model's name, with .vN for a version; the file is named so"},
            "guard": {"enum": list(GUARDS)},
            "released": {"description": "a tombstone: the lock was released", "const": True},
            "reader": {"description": "the number of what inferred its columns", "type": "integer", "minimum": 1},
            "interface": interface,
            "logic": {"description": "part -> fingerprint", "type": "object", "additionalProperties": _TEXT},
            "changes": {"description": "every change of the lock, oldest first", "type": "array", "items": entry},
        },
    }


def permit_schema() -> dict[str, Any]:
    """Return the schema of `ringfence/permits/<id>.yml`."""
    texts = {"type": "array", "items": _TEXT, "minItems": 1}
    properties = {
        "id": {**_TEXT, "description": "the file is named so"},
        "models": {**texts, "description": "labels of models, or * for every one"},
        "classes": {**texts, "items": {"enum": list(CLASSES)}},
        "reason": _TEXT,
        "ticket": _TEXT,
        "by": _TEXT,
        "created": _DAY,
        "expires": {**_DAY, "description": "its last day, at most 30 days on"},
    }
    return {
        "$schema": _DRAFT,
        "title": "ringfence/permits/<id>.yml",
        "type": "object",
        "additionalProperties": False,
        "required": [key for key in properties if key != "ticket"],
        "properties": properties,
    }
