"""Views of the declarant's own declarations."""
