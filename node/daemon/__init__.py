"""The RUNNING node: tasks around the pure steps. I/O."""
