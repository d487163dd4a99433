"""What the portal owes the person a datum is about: to see it, to have it corrected, to know who read it, its end."""
