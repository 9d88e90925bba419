"""RTF files: control words and groups, as word processors exchange documents in plain bytes."""
