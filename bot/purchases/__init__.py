"""What people bought, as tills and shops tell it."""
