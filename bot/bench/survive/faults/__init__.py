"""What is done to a running bot, one module for each thing that can fail."""
