"""Files that come with the program: models, icons, presets."""
