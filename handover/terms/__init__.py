"""The field's vocabulary as values: identifiers, advice, school years. Imports the standard library only."""
