"""List pages of the platforms that government sites run on: which reports they list, and where the list goes on."""
