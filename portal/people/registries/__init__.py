"""Registers that are imported from a file beside the roster, each kind with its own reader."""
