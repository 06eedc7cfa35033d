#include "wanted.hpp"

#include <string_view>

#include "told.hpp"

namespace doublet::detail {

namespace {

constexpr std::size_t longest = 40;  // of a value that is shown

constexpr std::string_view whole = "a whole number";

// What is wanted, by the text of an error of cppyy's or Python's; empty for others.
std::string_view wanted(std::string_view told) {
    const auto ends_with = [&](std::string_view end) { return told.size() >= end.size() && told.substr(told.size() - end.size()) == end; };
    if (told == "an integer is required" || ends_with("conversion expects an integer object") || ends_with("cannot be interpreted as an integer")) return whole;
    if (told.rfind("must be real number, not ", 0) == 0) return "a number";
    if (told == "boolean value should be bool, or integer 1 or 0") return "True or False";
    if (told == "char or small int type expected") return "a character";
    return {};
}

// How a value of Python's own plain types is written; empty for others, whose text could be anything.
std::string written(PyObject* value) {
    for (const PyObject* plain : {&PyUnicode_Type, &PyFloat_Type, &PyLong_Type, &PyBool_Type})
        if (value->type == plain) {
            const std::string text = taken_text(PyObject_Repr(value));
            return text.size() <= longest ? text : "";
        }
    return {};
}

}  // namespace

bool names_no_value(std::string_view told) { return !wanted(told).empty(); }

std::string shown(PyObject* value) {
    const std::string name = name_of(static_cast<PyObject*>(value->type), "__name__"), text = written(value);
    return value == &_Py_NoneStruct ? "None" : text.empty() ? "this " + name : text + " (" + name + ")";
}

std::string misfit(PyObject* value) { return shown(value) + std::string(misfits); }

void name_value(PyObject* value) {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    const std::string told = traceback ? "" : told_by(error);
    const std::string_view what = wanted(told);
    const std::string named = value && !what.empty() ? shown(value) : "";
    PyErr_Restore(type, error, traceback);
    if (what.empty() || (what == whole && value && value->type == &PyLong_Type)) return;
    PyErr_SetString(type, (value ? named + " is not " + std::string(what) : std::string(what) + " is wanted").c_str());
}

}  // namespace doublet::detail
