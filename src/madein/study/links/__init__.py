"""Steps that join two rooms; only they know the columns of both."""
