"""The Flask front end; this package itself imports nothing, so that a query worker carries no Flask."""
