// Function templates in Python, as they are given arguments: cpp.area["Shape"], cpp.area(shape).
//
// Their class is cppyy's and one of C, whose operators Python cannot replace. So the functions behind its [] and () are
// replaced where the class keeps them, with the layout that Python's object.h has since 3.8. It makes a template's
// argument from the type of a value; of what is no C++ object, but is seen as one in cells, that has to be the object's.
#include <initializer_list>
#include <string_view>

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
Subscript original = nullptr;
PyObject* newest = nullptr;   // Python's function that says what the arguments in [] are
PyObject* instance = nullptr; // and the one that gives the C++ object for another one, or that itself
PyObject* scopes = nullptr;   // the class of cppyy's classes

PyObject* subscript(PyObject* self, PyObject* arguments) {
    PyObject* replaced = PyObject_CallFunctionObjArgs(newest, arguments, nullptr);
    PyObject* found = replaced ? original(self, replaced) : nullptr;
    if (replaced) Py_DecRef(replaced);
    return found;
}

PyObject* type_of(PyObject* object) { return static_cast<PyObject*>(object->type); }

// What a template is to see of an argument, with a reference of its own; null for an error.
PyObject* given(PyObject* argument) {
    PyObject* type = type_of(argument);
    bool is_known = PyType_IsSubtype(type_of(type), scopes);
    for (PyObject* plain : {&PyFloat_Type, &PyLong_Type, &PyUnicode_Type, &PyBool_Type}) is_known = is_known || type == plain;
    if (!is_known) return PyObject_CallFunctionObjArgs(instance, argument, nullptr);
    Py_IncRef(argument);
    return argument;
}

// Whether what has been raised says that no function takes the arguments; an error of Python code that C++ has called has a traceback.
bool is_refused() {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    const bool found = !traceback && (type == PyExc_TypeError || type == PyExc_NotImplementedError || type == PyExc_ValueError);
    PyErr_Restore(type, error, traceback);
    return found;
}

// What templates are to see of all arguments; null for an error.
PyObject* all_given(PyObject* arguments, bool& are_same) {
    const long size = PyTuple_Size(arguments);
    PyObject* all = PyTuple_New(size);
    for (long number = 0; all && number < size; ++number) {
        PyObject* argument = PyTuple_GetItem(arguments, number);
        PyObject* one = given(argument);
        if (!one) {
            Py_DecRef(all);
            return nullptr;
        }
        are_same = are_same && one == argument;
        PyTuple_SetItem(all, number, one);
    }
    return all;
}

// Of a class whose objects are made of what there is, as a vector is of a list.
bool is_constructor(PyObject* self) {
    PyObject* name = PyObject_GetAttrString(self, "__name__");
    const char* text = name ? PyUnicode_AsUTF8(name) : nullptr;
    const bool found = text && std::string_view(text) == "__init__";
    if (name) Py_DecRef(name);
    if (!text) PyErr_Clear();
    return found;
}

// Calls it with the objects that stand for others, or else with those themselves, of which cppyy may know more; a constructor the
// other way round. What the result refers to may be in an object that has been made for this call.
PyObject* call(PyObject* self, PyObject* arguments, PyObject* named) {
    bool are_same = true;
    PyObject* all = all_given(arguments, are_same);
    if (!all) return nullptr;
    if (are_same) {
        Py_DecRef(all);
        return PyVectorcall_Call(self, arguments, named);
    }
    const bool is_late = is_constructor(self);
    PyObject* result = PyVectorcall_Call(self, is_late ? arguments : all, named);
    if (!result && is_refused()) {
        PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        result = PyVectorcall_Call(self, is_late ? all : arguments, named);
        if (!result && is_refused()) {
            PyErr_Clear();
            PyErr_Restore(type, error, traceback);
        } else {
            for (PyObject* object : {type, error, traceback})
                if (object) Py_DecRef(object);
        }
    }
    if (result && PyType_IsSubtype(type_of(type_of(result)), scopes) && PyObject_SetAttrString(result, "__doublet_arguments__", all) < 0)
        PyErr_Clear();  // it keeps nothing
    Py_DecRef(all);
    return result;
}

}  // namespace

// Has a class of templates ask Python what the arguments in [] are, and for the C++ objects of arguments; says whether it is as known here.
extern "C" bool doublet_templates(PyObject* type, PyObject* scope_type, PyObject* asks, PyObject* instances) {
    auto* found = reinterpret_cast<Subscript>(PyType_GetSlot(type, slot_of_subscript));
    auto* mapping = reinterpret_cast<Type*>(type)->mapping;
    auto* layout = reinterpret_cast<Type*>(type);
    if (!found || !mapping || mapping->subscript != found) return false;
    if (!(layout->flags & has_vectorcall) || reinterpret_cast<void*>(layout->call) != PyType_GetSlot(type, slot_of_call)) return false;
    for (PyObject* object : {scope_type, asks, instances}) Py_IncRef(object);
    newest = asks;
    instance = instances;
    scopes = scope_type;
    original = found;
    mapping->subscript = subscript;
    layout->flags &= ~has_vectorcall;
    layout->call = call;
    return true;
}
