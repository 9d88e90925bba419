"""Official tables whose cells lost their rows and columns, put together again from their labels in reading order."""
