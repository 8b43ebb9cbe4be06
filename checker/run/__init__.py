"""A run: which accounts and sites, each in a worker process of its own, compared, stored and told."""
