// What Python's objects say of themselves, as text; empty, and no error, where they say nothing.
#ifndef DOUBLET_RUNTIME_TOLD_HPP
#define DOUBLET_RUNTIME_TOLD_HPP

#include <string>

#include "python.hpp"

namespace doublet::detail {

// The text of a str, which is let go of.
inline std::string taken_text(PyObject* text) {
    const char* utf8 = text ? PyUnicode_AsUTF8(text) : nullptr;
    const std::string found = utf8 ? utf8 : "";
    if (text) Py_DecRef(text);
    PyErr_Clear();
    return found;
}

inline std::string told_by(PyObject* object) { return taken_text(object ? PyObject_Str(object) : nullptr); }

inline std::string name_of(PyObject* named, const char* attribute) {
    const std::string found = taken_text(PyObject_GetAttrString(named, attribute));
    return found.empty() ? "object" : found;
}

}  // namespace doublet::detail

#endif
