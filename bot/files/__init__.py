"""Where the bytes of pictures, videos and files of talks are kept."""
