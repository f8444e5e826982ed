"""The manifest reader: what dbt itself resolved, behind the same interface as the static reading."""
