"""A leaver's dossier in preparation: its content, its documents and their checks, what is still missing.

What it says starts at `content`, what must be there at `rules`, the check of a document at `checking`.
Sealing and sending are in `bundles`.
"""
