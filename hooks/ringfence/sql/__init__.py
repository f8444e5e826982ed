"""Pure reading of model files: Jinja and Python source to facts, never rendered, never executed."""
