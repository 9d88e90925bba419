"""The Model Context Protocol: the same answers as the API, for agents, over any transport.

``server`` takes a message and gives the reply, ``catalogue`` names the tools, ``bounds`` keeps every answer short. The
rule: nothing here knows of HTTP, of a terminal or of Flask, and every number comes from the payloads of the API.
"""
