"""The outside: git, files and artefacts, read into values of the domain."""
