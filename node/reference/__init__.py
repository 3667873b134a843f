"""The vocabulary two authorities must read alike: code lists, places, identifiers."""
