"""Pure text work: bytes to positioned YAML values, byte-preserving edits."""
