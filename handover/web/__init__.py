"""What every page and endpoint shares: errors, security, language, templates, static files, the API's frame.

Nothing of schools is in here. `setup.init_web` puts it all on an application; start reading there. A feature
uses `templating.render`, the macros under `templates/macros/`, `etag`, `pagination` and `idempotency`.
"""
