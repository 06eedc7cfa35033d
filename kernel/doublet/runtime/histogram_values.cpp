// Histograms that C++ functions return, and those that are members of objects, as Python has them: the hist.Hist that each is.
//
// cppyy would make a C++ object of its own for each. The executors that do so for a type are wrapped in others when a
// function of that type is first called, the converters when a class with such a member is first seen.
#include <string>

#include "cppyy.hpp"
#include "results.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

PyObject* as_python = nullptr;
PyObject* as_pointer = nullptr;

bool begins_with(const std::string& text, const std::string& what) { return text.rfind(what, 0) == 0; }

// What a type is in truth, without const; empty if it cannot have to do with histograms.
std::string plain(const std::string& type) {
    if (!as_python || type.find("hist<") == type.npos) return {};
    const std::string resolved = cppyy.resolve(type);
    return begins_with(resolved, "const ") ? resolved.substr(6) : resolved;
}

// Whether it is a histogram that C++ may not change, or refers or points to one.
bool is_constant(const std::string& type) {
    const std::string found = cppyy.resolve(type);
    return begins_with(found, "const doublet::hist<") || found.find("_ptr<const doublet::hist<") != found.npos;
}

bool is_smart_pointer(const std::string& plain) {
    for (const char* pointer : {"std::unique_ptr<", "std::shared_ptr<"})
        for (const char* histogram : {"doublet::hist<", "const doublet::hist<"})
            if (begins_with(plain, std::string(pointer) + histogram)) return true;
    return false;
}

// Whether it is a histogram, or refers to one.
bool is_histogram(const std::string& type) {
    const std::string found = plain(type);
    return begins_with(found, "doublet::hist<") || is_smart_pointer(found);
}

}  // namespace

PyObject* python_histogram(PyObject* found) {
    if (!found) return nullptr;
    PyObject* made = PyObject_CallFunctionObjArgs(as_python, found, nullptr);
    Py_DecRef(found);
    return made;
}

Change* histogram_change(const std::string& type) {
    if (!is_histogram(type)) return nullptr;
    if (is_constant(type)) return [](PyObject* found, void*) { return python_constant(python_histogram(found)); };
    return [](PyObject* found, void*) { return python_histogram(found); };
}

bool is_constant_histogram(const char* type) { return is_constant(type); }

void note_member(const std::string& type) {
    if (is_histogram(type)) add_histogram(type);
}

void note_argument(const std::string& type) {
    if (is_smart_pointer(plain(type))) add_histogram(type);
}

PyObject* pointer_to(PyObject* histogram, const char* type) {
    PyObject* made = PyObject_CallFunction(as_pointer, "Os", histogram, type);
    if (made != &_Py_NoneStruct) return made;
    Py_DecRef(made);
    return nullptr;
}

}  // namespace doublet::detail

// Has what functions return, and members, that are histograms be what one function of Python's makes of them; and has another
// make smart pointers to them.
extern "C" void doublet_histogram_values(PyObject* convert, PyObject* point) {
    Py_IncRef(convert);
    Py_IncRef(point);
    doublet::detail::as_python = convert;
    doublet::detail::as_pointer = point;
}
