// Objects that C++ functions refer to, as `Track& best()` does: Python has nothing that they are a part of, so their memory is
// watched by itself. Of what a method refers to, the object is known, and watched with it.
#include <set>
#include <string>

#include "cppyy.hpp"
#include "results.hpp"

namespace doublet::detail {

namespace {

PyObject* watch = nullptr;  // Python's function for such an object

// What cppyy makes of its own: numbers and text.
const std::set<std::string> plain = {"bool", "char", "signed char", "unsigned char", "wchar_t", "char8_t", "char16_t", "char32_t", "short", "unsigned short",
                                     "int", "unsigned int", "long", "unsigned long", "long long", "unsigned long long", "float", "double", "long double",
                                     "int8_t", "uint8_t", "std::string", "std::string_view", "std::basic_string<char>", "std::complex<double>", "void"};

}  // namespace

std::string class_referred_to(const std::string& resolved) {
    if (resolved.empty() || (resolved.back() != '&' && resolved.back() != '*')) return {};
    const std::size_t start = resolved.rfind("const ", 0) == 0 ? sizeof "const" : 0;
    std::string found = resolved.substr(start, resolved.size() - 1 - start);
    while (!found.empty() && found.back() == ' ') found.pop_back();
    const bool is_other = plain.count(found) || found.rfind("doublet::hist<", 0) == 0;
    return is_other || found.empty() || found.back() == '*' || found.back() == '&' ? std::string() : found;
}

PyObject* python_referred(PyObject* found, void* self) {
    if (self || !found || !watch) return found;
    PyObject* done = PyObject_CallFunctionObjArgs(watch, found, nullptr);
    Py_DecRef(done ? done : found);
    return done ? found : nullptr;
}

Change* referred_change(const std::string& type) { return class_referred_to(cppyy.resolve(type)).empty() ? nullptr : python_referred; }

}  // namespace doublet::detail

// Has a function of Python's watch each object that a C++ function has returned by reference or pointer.
extern "C" void doublet_referred(PyObject* function) {
    Py_IncRef(function);
    doublet::detail::watch = function;
}
