// Function templates in Python, as they are given arguments: cpp.area["Shape"].
//
// Their class is cppyy's and one of C, whose operators Python cannot replace. So the function behind its [] is replaced
// where the class keeps it, with the layout that Python's object.h has since 3.8.
#include "python.hpp"

namespace {

using Subscript = PyObject* (*)(PyObject*, PyObject*);

struct Mapping {
    void* length;
    Subscript subscript;
    void* assign;
};

struct Type {
    void* head[3];
    const char* name;
    void* unused[10];
    Mapping* mapping;
};

constexpr int slot_of_subscript = 5;  // Py_mp_subscript

Subscript original = nullptr;
PyObject* newest = nullptr;

PyObject* subscript(PyObject* self, PyObject* arguments) {
    PyObject* replaced = PyObject_CallFunctionObjArgs(newest, arguments, nullptr);
    PyObject* found = replaced ? original(self, replaced) : nullptr;
    if (replaced) Py_DecRef(replaced);
    return found;
}

}  // namespace

// Has a class of templates ask Python what the arguments are that it is given; says whether it is as known here.
extern "C" bool doublet_templates(PyObject* type, PyObject* asks) {
    auto* found = reinterpret_cast<Subscript>(PyType_GetSlot(type, slot_of_subscript));
    auto* mapping = reinterpret_cast<Type*>(type)->mapping;
    if (!found || !mapping || mapping->subscript != found) return false;
    Py_IncRef(asks);
    newest = asks;
    original = found;
    mapping->subscript = subscript;
    return true;
}
