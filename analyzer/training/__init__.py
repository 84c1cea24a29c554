"""Everything that needs a gradient: torch, transformers and scikit-learn live here."""
