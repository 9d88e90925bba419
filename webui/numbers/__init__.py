"""The numbers of the official tables: what is asked of them, and the addresses that answer."""
