"""The schema's history; `database.Database.migrate` runs it on start."""
