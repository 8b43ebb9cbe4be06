"""What breaks while a run is under way: real processes, a real browser, and nothing of them left."""
