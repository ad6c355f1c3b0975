"""What the pages of this project have in common: markup that is always escaped, numbers and texts as people read them.

It goes into the assets of the functions that write a page, and into no other.
"""
