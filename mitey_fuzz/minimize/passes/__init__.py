"""One idea of making a case simpler per file; each pass is a function of the problem and is deterministic."""
