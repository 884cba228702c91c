"""The database: declarative base, column types, engine and session, and the unit of work."""
