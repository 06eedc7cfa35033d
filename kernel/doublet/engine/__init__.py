"""The C++ side: the only folder that imports cppyy."""
