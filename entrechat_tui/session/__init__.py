"""The middle floor: one trio nursery that owns tor, the connection, the clocks and the files."""
