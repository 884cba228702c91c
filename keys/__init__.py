"""All cryptography of the service: reviewable alone, and free of any framework.

Everything sealed is a file in the format of `keys.age`; start there, with `file.py`. What has been signed,
and which key opens which, lies in the modules beside it. Nothing here knows Flask, a database or where bytes
are stored.
"""
