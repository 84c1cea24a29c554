"""Bytes to meetings: one module a family of formats, one table of all in `formats`."""
