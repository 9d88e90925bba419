"""An OpenSearch cluster as the engine: queries are compiled to its DSL, and it answers by itself."""
