"""Word files as they were until 2007 (.doc, .wps): text in pieces, formatting in pages of 512 bytes."""
