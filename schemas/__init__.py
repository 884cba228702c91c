"""The wire: marshmallow schemas, one file for each feature. They know the field's terms and nothing else of ours."""
