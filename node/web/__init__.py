"""HTTP: the REST API for national systems."""
