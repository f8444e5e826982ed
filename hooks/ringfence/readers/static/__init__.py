"""The static reader: a dbt project understood from its sources alone, without running or importing dbt."""
