"""LINE's rules for messages, one module for each family.

    check.py -> plain, imagemap, templates, flex -> actions -> report

What these modules do not know passes: LINE adds kinds and properties often, and knows its own.
"""
