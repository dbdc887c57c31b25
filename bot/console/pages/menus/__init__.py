"""Rich menus: what friends see and why, new pictures, and bringing them to LINE."""
