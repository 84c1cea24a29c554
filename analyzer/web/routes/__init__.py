"""Pages and the API, one module a subject; `app.create_app` lists them."""
