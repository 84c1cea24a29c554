"""Many files: the results folder."""
