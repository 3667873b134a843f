"""The DISK: one database with one writer, and the private keys at rest. I/O."""
