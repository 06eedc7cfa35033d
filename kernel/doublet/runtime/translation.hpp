// Exceptions of one language as those of the other.
#ifndef DOUBLET_RUNTIME_TRANSLATION_HPP
#define DOUBLET_RUNTIME_TRANSLATION_HPP

#include <exception>

#include "python.hpp"

namespace doublet::detail {

// Stands for a crash, of which guard.hpp keeps more.
struct Crashed {};

// Has a Python function make exceptions of pointers to an std::exception_ptr.
void make_errors_by(PyObject* make);

// The Python exception for a C++ one, as a new reference; null, and an error set, if Python cannot make it.
PyObject* as_python(std::exception_ptr thrown);

// Tells the class of an exception and the classes that it derives from, nearest first, each with its address.
void tell_classes(std::exception_ptr* thrown, void (*tell)(const char* type, void* at));

}  // namespace doublet::detail

#endif
