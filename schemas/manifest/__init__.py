"""What lies inside a bundle. A version is frozen once released; a change is a new file beside it."""
