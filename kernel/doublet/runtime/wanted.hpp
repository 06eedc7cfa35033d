// What C++ wants where cppyy says of a number only that it is none.
#ifndef DOUBLET_RUNTIME_WANTED_HPP
#define DOUBLET_RUNTIME_WANTED_HPP

#include <string>

#include "python.hpp"

namespace doublet::detail {

// In the place of what has been raised about a value, a sentence that names the value, its type and what is wanted; null if nobody
// knows which one it is. Other errors, and a value that is of the kind that is wanted, stay as they are.
void name_value(PyObject* value);

}  // namespace doublet::detail

#endif
