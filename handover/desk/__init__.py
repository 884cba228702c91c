"""Desk: the pages on which people work; gathers the queries of the features below, has no tables."""
