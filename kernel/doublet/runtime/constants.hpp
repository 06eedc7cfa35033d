// Constant objects of C++ in Python.
#ifndef DOUBLET_RUNTIME_CONSTANTS_HPP
#define DOUBLET_RUNTIME_CONSTANTS_HPP

#include "python.hpp"

namespace doublet::detail {

// Whether Python has marked an object as one that may not be changed.
bool is_constant_object(PyObject* value);

}  // namespace doublet::detail

#endif
