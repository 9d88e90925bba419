"""The API described: one table of operations, and the OpenAPI document, the index and the page made of it."""
