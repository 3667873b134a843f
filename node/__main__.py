"""Run the command line with `python -m node`."""

from node.cli import main

main()
