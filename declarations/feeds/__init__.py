"""Reading what a platform shows publicly about a declared channel (docs/channels.md)."""
