"""THE COURSE of a conversation: what has been said about one case, what follows, what is due; pure."""
