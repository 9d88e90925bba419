"""What is offered to whoever types or finds nothing: completions, other spellings, weaker searches."""
