"""What the samenwerkingsverband sees of its region: counts, schools and references, never a name of a child."""
