"""WHOM we believe and WHO may: authority cards, the directory, agreements, the policy. Pure."""
