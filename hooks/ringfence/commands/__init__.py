"""One module per command: the only place that joins readers, rules, stores and reporters."""
