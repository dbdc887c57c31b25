"""Pictures, videos and files of talks: where their bytes are kept."""
