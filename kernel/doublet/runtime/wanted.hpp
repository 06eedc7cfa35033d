// How values are named that C++ does not take, and what it wants where cppyy says of a number only that it is none.
#ifndef DOUBLET_RUNTIME_WANTED_HPP
#define DOUBLET_RUNTIME_WANTED_HPP

#include <string>
#include <string_view>

#include "python.hpp"

namespace doublet::detail {

// In the place of what has been raised about a value, a sentence that names the value, its type and what is wanted; null if nobody
// knows which one it is. Other errors, and a value that is of the kind that is wanted, stay as they are.
void name_value(PyObject* value);

// Whether it is what cppyy, or Python, says of a value without naming it.
bool names_no_value(std::string_view told);

// How a value is named: "'a' (str)", "None", "this Hit". No error may be pending.
std::string shown(PyObject* value);

// Why a value cannot be passed where nothing says more.
constexpr std::string_view misfits = " does not fit";
std::string misfit(PyObject* value);

}  // namespace doublet::detail

#endif
