"""The part of manifest.json that is read, as types: what is not named here is skipped while decoding.

One set of types fits every supported shape (schema labels v9 to v12 in all shapes of v12, and v20): keys that some
versions lack have defaults, and `null` means "not there". Nothing here can hold a cycle, so the garbage collector need
not look at it. Only this module, decode.py and parts.py import msgspec.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Raw, Struct

# A version of a model: dbt writes 1, 1.5 or "1" for what its YAML says.
Version: TypeAlias = str | int | float | None
Texts: TypeAlias = tuple[str, ...] | None
NOTHING = Raw(b"null")


class Metadata(Struct, frozen=True, gc=False):
    """Who wrote the manifest, when, for which project and adapter. `project_id` is the MD5 of the project's name."""

    dbt_schema_version: str | None = None
    dbt_version: str | None = None
    generated_at: str | None = None
    invocation_id: str | None = None
    project_name: str | None = None
    project_id: str | None = None
    adapter_type: str | None = None


class Checksum(Struct, frozen=True, gc=False):
    """`name` is sha256, path (a seed over 1 MiB) or none."""

    name: str = "none"
    checksum: str = ""


class DependsOn(Struct, frozen=True, gc=False):
    """The unique ids of what a node calls and reads. dbt itself writes a null for a macro that it did not find."""

    macros: tuple[str | None, ...] | None = ()
    nodes: tuple[str | None, ...] | None = ()


class RefArgs(Struct, frozen=True, gc=False):
    """One `ref()`."""

    name: str
    package: str | None = None
    version: Version = None


class Constraint(Struct, frozen=True, gc=False):
    """A constraint of a model or a column."""

    type: str = ""
    columns: Texts = None
    expression: str | None = None


class Column(Struct, frozen=True, gc=False):
    """A column as a properties file declares it."""

    name: str
    description: str | None = None
    data_type: str | None = None
    constraints: tuple[Constraint, ...] | None = ()
    quote: bool | None = None


class TestMetadata(Struct, frozen=True, gc=False):
    """What makes a node a generic test. `kwargs` may hold arguments once more under `arguments`."""

    name: str = ""
    namespace: str | None = None
    kwargs: Raw = NOTHING


class Given(Struct, frozen=True, gc=False):
    """One input of a unit test, such as `ref('orders')`."""

    input: str | None = None


class Resource(Struct, frozen=True, gc=False):
    """Anything that is neither macro nor docs block: one type for all, because `disabled` mixes every kind.

    What is `Raw` stays JSON text until somebody asks (parts.py): most of it is never looked at, thousands of
    configurations are equal, and decoding it all would take twice the time and half the memory again. `meta`, `tags`,
    `group` and `access` stand here, under `config`, or at both places. `checksum` is a plain text on unit tests.
    `raw_code` may be `--placeholder--` in the v2 engine. `root_path` is a folder of the machine that wrote the
    manifest: never open it.
    """

    unique_id: str
    name: str
    package_name: str
    original_file_path: str
    resource_type: str | None = None
    patch_path: str | None = None
    root_path: str | None = None
    fqn: Texts = ()
    checksum: Checksum | str | None = None
    raw_code: str | None = None
    compiled_code: Raw = NOTHING
    relation_name: Raw = NOTHING
    language: str | None = None
    config: Raw = NOTHING
    unrendered_config: Raw = NOTHING
    tags: Texts | str = None
    meta: Raw = NOTHING
    group: str | None = None
    access: str | None = None
    description: str | None = None
    columns: Raw = NOTHING
    constraints: tuple[Constraint, ...] | None = ()
    version: Version = None
    latest_version: Version = None
    refs: tuple[RefArgs, ...] | None = ()
    sources: tuple[tuple[str, ...], ...] | None = ()
    depends_on: DependsOn | None = None
    # generic tests
    test_metadata: TestMetadata | None = None
    column_name: str | None = None
    attached_node: str | None = None
    # sources
    source_name: str | None = None
    # unit tests and semantic models
    model: str | None = None
    given: tuple[Given, ...] | None = ()


class Macro(Struct, frozen=True, gc=False):
    """A macro of the project, of a package, of dbt itself or of an adapter."""

    unique_id: str
    name: str
    package_name: str
    original_file_path: str
    macro_sql: str = ""
    patch_path: str | None = None
    description: str | None = None
    depends_on: DependsOn | None = None


class Doc(Struct, frozen=True, gc=False):
    """A docs block."""

    unique_id: str
    name: str
    package_name: str
    original_file_path: str
    block_contents: str = ""


class Manifest(Struct, frozen=True, gc=False):
    """The whole manifest; every mapping is by unique id."""

    metadata: Metadata
    nodes: dict[str, Resource]
    sources: dict[str, Resource] = {}
    exposures: dict[str, Resource] = {}
    metrics: dict[str, Resource] = {}
    groups: dict[str, Resource] = {}
    semantic_models: dict[str, Resource] = {}
    saved_queries: dict[str, Resource] = {}
    unit_tests: dict[str, Resource] = {}
    macros: dict[str, Macro] = {}
    docs: dict[str, Doc] = {}
    disabled: dict[str, tuple[Resource, ...]] | None = None


class Header(Struct, frozen=True, gc=False):
    """The metadata alone: enough to say what a file is."""

    metadata: Metadata | None = None
