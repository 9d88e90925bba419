"""View models, what the templates lay out: one module for each page, frozen data made from results.

The rule: everything is decided here and every link is made here, so that templates have no logic.
"""
