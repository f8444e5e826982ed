"""What ringfence keeps in the repository: locks and approvals, read from a tree, written to the work tree."""
