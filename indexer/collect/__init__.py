"""Collecting: from the addresses of a seeds file to kept files whose origin is known, politely and resumably."""
