"""WHAT happened, provably: entries, the Merkle tree, checkpoints, proofs, offline verification. Pure."""
