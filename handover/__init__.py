"""The handover service: start at `app` (what the web is made of) and at `bundles.state` (the life of a handover)."""
