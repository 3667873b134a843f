"""WHO of the national side may do what, and what each system is told. Pure."""
