"""The guard against pages that try every way out: what arrives without it, and with it."""
