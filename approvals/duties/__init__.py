"""Everything that time owes, found by queries: each duty is safe to repeat and catches up after a silence."""
