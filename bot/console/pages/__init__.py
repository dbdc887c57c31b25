"""The console's pages, one module a topic; ``bot/console/app.py`` lists them."""
