"""`make story`: two files of yours from school to school, on an instance made for it, and only through the HTTP API.

Start at `telling`, which is the story; `place` makes the instance it happens in, `program` is a client of the API.
"""
