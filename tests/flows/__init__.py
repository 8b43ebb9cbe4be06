"""Flows driven in a real browser over the replicas, and their pure parts without one."""
