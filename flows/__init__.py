"""The flows this project ships, one package per marketplace; each arrives through its entry point."""
