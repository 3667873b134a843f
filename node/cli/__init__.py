"""The commands of a customs IT person; each is a few lines over the packages below. I/O."""

from node.cli.app import main

__all__ = ["main"]
