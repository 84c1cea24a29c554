"""The governance lead's door: `analyzer serve`."""
