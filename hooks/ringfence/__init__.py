"""ringfence: layers of defence for dbt projects, asked before any dbt run."""

__version__ = "0.1.0"
