"""Dossiers in preparation: content, documents and their checks, parents, and what is missing. Start at `rules`."""
