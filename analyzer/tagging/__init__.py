"""Meetings to beliefs: pieces, vectors, calibrated probabilities, evidence. No torch here."""
