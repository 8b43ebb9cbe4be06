"""Schedules and the dead-man switch."""
