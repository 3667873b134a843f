"""THE CORRIDOR: which cargo moves on it, what concerns that cargo, and what came of it; pure."""
