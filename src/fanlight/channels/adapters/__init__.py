"""One folder a channel; whatever folder stands here and offers ``adapter`` is found at start."""
