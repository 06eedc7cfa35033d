// Function templates in Python, as they are given arguments: cpp.area["Shape"], cpp.area(shape).
//
// Their class is cppyy's and one of C, whose operators Python cannot replace. So the functions behind its [] and () are
// replaced where the class keeps them, with the layout that Python's object.h has since 3.8. It makes a template's
// argument from the type of a value; of a value that gives a C++ object for itself, that has to be the object's.
#include "python.hpp"

namespace {

using Subscript = PyObject* (*)(PyObject*, PyObject*);
using Call = PyObject* (*)(PyObject*, PyObject*, PyObject*);

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
    void* hash;
    Call call;
    void* unused_too[4];
    unsigned long flags;
};

constexpr int slot_of_subscript = 5;  // Py_mp_subscript
constexpr int slot_of_call = 50;      // Py_tp_call
constexpr unsigned long has_vectorcall = 1ul << 11;  // Py_TPFLAGS_HAVE_VECTORCALL
const char* const gives_object = "__cast_cpp__";

Subscript original = nullptr;
PyObject* newest = nullptr;

PyObject* subscript(PyObject* self, PyObject* arguments) {
    PyObject* replaced = PyObject_CallFunctionObjArgs(newest, arguments, nullptr);
    PyObject* found = replaced ? original(self, replaced) : nullptr;
    if (replaced) Py_DecRef(replaced);
    return found;
}

// A value of which cppyy sees the type, with a reference of its own; null for an error.
PyObject* given(PyObject* argument) {
    PyObject* type = PyObject_Type(argument);
    const bool gives = PyObject_HasAttrString(type, gives_object);
    Py_DecRef(type);
    if (gives) return PyObject_CallMethod(argument, gives_object, nullptr);
    Py_IncRef(argument);
    return argument;
}

PyObject* call(PyObject* self, PyObject* arguments, PyObject* named) {
    const long size = PyTuple_Size(arguments);
    PyObject* all = PyTuple_New(size);
    for (long number = 0; all && number < size; ++number) {
        PyObject* one = given(PyTuple_GetItem(arguments, number));
        if (one) {
            PyTuple_SetItem(all, number, one);
        } else {
            Py_DecRef(all);
            return nullptr;
        }
    }
    PyObject* result = all ? PyVectorcall_Call(self, all, named) : nullptr;
    if (all) Py_DecRef(all);
    return result;
}

}  // namespace

// Has a class of templates ask Python what the arguments in [] are; says whether it is as known here.
extern "C" bool doublet_templates(PyObject* type, PyObject* asks) {
    auto* found = reinterpret_cast<Subscript>(PyType_GetSlot(type, slot_of_subscript));
    auto* mapping = reinterpret_cast<Type*>(type)->mapping;
    auto* layout = reinterpret_cast<Type*>(type);
    if (!found || !mapping || mapping->subscript != found) return false;
    if (!(layout->flags & has_vectorcall) || reinterpret_cast<void*>(layout->call) != PyType_GetSlot(type, slot_of_call)) return false;
    Py_IncRef(asks);
    newest = asks;
    original = found;
    mapping->subscript = subscript;
    layout->flags &= ~has_vectorcall;
    layout->call = call;
    return true;
}
