"""What can be asked of a node: each function describes one request, and sends nothing."""
