// Classes of templates that cppyy looks up: before the first use of one, Python is asked whether it compiles.
//
// Cling says nothing of one that does not, and keeps it half compiled: whoever then asks what it has ends the process.
#include "classes.hpp"

#include <set>

#include "python.hpp"

namespace doublet::detail {

namespace {

PyObject* compiles = nullptr;  // Python's function that says whether a class does
auto& refused = *new std::set<std::string>;  // always kept: Python's threads may go on while the process ends

}  // namespace

bool is_sound(const std::string& name) {
    if (!compiles) return true;
    PyObject *type, *pending, *traceback;
    PyErr_Fetch(&type, &pending, &traceback);
    PyObject* answer = PyObject_CallFunction(compiles, "s", name.c_str());
    if (!answer) PyErr_Clear();
    PyErr_Restore(type, pending, traceback);
    const bool is_wrong = answer && !PyObject_IsTrue(answer);
    if (answer) Py_DecRef(answer);
    if (is_wrong) refused.insert(name);
    else refused.erase(name);
    return !is_wrong;
}

bool is_refused(const std::string& name) { return refused.count(name); }

}  // namespace doublet::detail

// Has a function of Python's say whether a class compiles.
extern "C" void doublet_watch_classes(PyObject* function) {
    Py_IncRef(function);
    doublet::detail::compiles = function;
}
