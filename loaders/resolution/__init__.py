"""Entity resolution: which names are of one organization, by spelling and by decisions under version control."""
