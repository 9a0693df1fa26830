# Describes packaging.
