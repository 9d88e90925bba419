"""What the reports are about, as data: agencies, sections, topics, official forms."""
