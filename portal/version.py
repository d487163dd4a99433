"""The version that the footer shows."""

VERSION = "1.0.0"
