x = 1
#  ^ error: [syntax] "invalid non-printable character U+00A0"
