"""Forms of filing, built from the question bank."""
