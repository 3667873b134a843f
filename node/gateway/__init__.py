"""The NATIONAL side: submissions in. I/O."""
