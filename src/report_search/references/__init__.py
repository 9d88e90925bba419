"""The documents that reports cite, by 文号 or by a title in 《》: who cites which, in which years."""
