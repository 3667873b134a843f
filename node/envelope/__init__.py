"""HOW a message is protected: suites, encryption keys, sealing, the bundle on the wire. Pure."""
