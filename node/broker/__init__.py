"""RABBITMQ: connections, topology, publishing with confirms, consuming, a private broker. I/O."""
