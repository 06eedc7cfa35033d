"""`make fills`: what the test-suites of hist and boost-histogram fill, filled from C++ as well."""
