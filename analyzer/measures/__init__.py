"""One meeting: beliefs and signals to figures."""
