"""What the pages show, as plain values: the report's sections with addresses, transcripts, lists."""
