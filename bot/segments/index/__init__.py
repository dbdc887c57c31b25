"""Live counts: bitmaps of friends by what is known of them, beside SQL and equal to it.

    friends, people, … -> Bitmaps (rebuilt at will)      friend_changes -> caught up before a count
    Tree -> and, or, not of bitmaps -> how many           what no bitmap knows -> SQL

A friend's id is a 63-bit number; bitmaps hold its place in the index. Nothing here is the only
copy of anything.
"""
