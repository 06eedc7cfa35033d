// What C++ functions return, changed by a function of ours after cppyy has made it.
#ifndef DOUBLET_RESULTS_HPP
#define DOUBLET_RESULTS_HPP

#include <string>

#include "python.hpp"

namespace doublet::detail {

// Makes of what cppyy has made, which it takes, something else, or null for an error; `self` is the object of a method, null for a function.
using Change = PyObject*(PyObject* found, void* self);

// What is to be done to results of a type; null for nothing. See histogram_values.cpp, constants.cpp and referred.cpp.
Change* histogram_change(const std::string& type);
Change* constant_change(const std::string& type);
Change* referred_change(const std::string& type);

// Has what the function returns of which cppyy is about to make an executor, by its type, be changed; nothing is for null.
void change_next(const std::string& type, Change* change);

// Has Python know when the memory goes of an object to which a C++ function has referred; see referred.cpp.
PyObject* python_referred(PyObject* found, void* self);

// The class of the object that a type refers or points to, as cppyy resolves it; empty for numbers, text and histograms.
std::string class_referred_to(const std::string& resolved);

}  // namespace doublet::detail

#endif
