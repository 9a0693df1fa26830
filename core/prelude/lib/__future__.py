# Describes __future__.
annotations = True
division = True
print_function = True
absolute_import = True
unicode_literals = True
generator_stop = True
