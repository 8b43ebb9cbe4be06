"""Messages, and the servers they are sent to."""
