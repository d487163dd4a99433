"""The evidence bundle of a case for the Inspektorat, and the check that tells whether one is still as it was made."""
