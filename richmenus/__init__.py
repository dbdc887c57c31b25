"""Rich menus: what they show, how they are drawn, and how they get to LINE."""
