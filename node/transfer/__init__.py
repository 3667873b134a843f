"""THE JOURNEY of one message: states, outgoing, incoming, retry. Pure: the time is an argument."""
