// Runs every doctest case that is linked into the unit-test binary.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
// doctest would put its signal handlers in front of those under test (core/query/guarded.h) at each case's start, while
// threads of an earlier case may still be guarded.
#define DOCTEST_CONFIG_NO_POSIX_SIGNALS
#include <doctest/doctest.h>
