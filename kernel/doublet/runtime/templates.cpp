// Function templates in Python, as they are given arguments: cpp.area["Shape"], cpp.area(shape).
//
// Their class is cppyy's and one of C, whose operators Python cannot replace. So the functions behind its [] and () are
// replaced where the class keeps them, with the layout that Python's object.h has since 3.8. It makes a template's
// argument from the type of a value; of what is no C++ object, but is seen as one in cells, that has to be the object's.
#include <initializer_list>
#include <utility>

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
PyObject* instances = nullptr;  // what these derive from
thread_local bool is_converting = false;  // the objects themselves are made by templates, such as std::function's

PyObject* subscript(PyObject* self, PyObject* arguments) {
    PyObject* replaced = PyObject_CallFunctionObjArgs(newest, arguments, nullptr);
    PyObject* found = replaced ? original(self, replaced) : nullptr;
    if (replaced) Py_DecRef(replaced);
    return found;
}

PyObject* type_of(PyObject* object) { return static_cast<PyObject*>(object->type); }

// Whether cppyy sees what it is by itself.
bool is_known(PyObject* argument) {
    PyObject* type = type_of(argument);
    for (PyObject* plain : {&PyFloat_Type, &PyLong_Type, &PyUnicode_Type, &PyBool_Type})
        if (type == plain) return true;
    return PyType_IsSubtype(type_of(type), scopes);
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
    const bool outer = std::exchange(is_converting, true);
    for (long number = 0; all && number < size; ++number) {
        PyObject* argument = PyTuple_GetItem(arguments, number);
        PyObject* one = is_known(argument) ? argument : PyObject_CallFunctionObjArgs(instance, argument, nullptr);
        if (!one) {
            Py_DecRef(all);
            all = nullptr;
            break;
        }
        if (is_known(argument)) Py_IncRef(one);
        are_same = are_same && one == argument;
        PyTuple_SetItem(all, number, one);
    }
    is_converting = outer;
    return all;
}

// What a template is bound to, and what a C++ object is one of, as CPyCppyy/TemplateProxy.h and CPPInstance.h have them.
struct Template : PyObject {
    PyObject* self;
};
struct Instance : PyObject {
    void* object;
};

// Whether it makes an object, of which there is nothing yet.
bool is_constructor(PyObject* self, PyObject* arguments) {
    PyObject* of = static_cast<Template*>(self)->self;
    if (!of && PyTuple_Size(arguments)) of = PyTuple_GetItem(arguments, 0);
    return of && PyType_IsSubtype(type_of(of), instances) && !static_cast<Instance*>(of)->object;
}

// Calls it with other arguments after it has been refused; if these are refused, too, the first error stays.
PyObject* again(PyObject* self, PyObject* arguments, PyObject* named) {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    PyObject* result = arguments ? PyVectorcall_Call(self, arguments, named) : nullptr;
    if (!result && arguments && is_refused()) {
        PyErr_Clear();
        PyErr_Restore(type, error, traceback);
        return nullptr;
    }
    for (PyObject* object : {type, error, traceback})
        if (object) Py_DecRef(object);
    return result;
}

// Calls it with the objects that stand for others, or else with those themselves, of which cppyy may know more; a constructor the
// other way round. What the result refers to may be in an object that has been made for this call.
PyObject* call(PyObject* self, PyObject* arguments, PyObject* named) {
    const long size = PyTuple_Size(arguments);
    long number = is_converting ? size : 0;
    while (number < size && is_known(PyTuple_GetItem(arguments, number))) ++number;
    if (number == size) return PyVectorcall_Call(self, arguments, named);
    const bool is_late = is_constructor(self, arguments);
    if (is_late) {
        PyObject* result = PyVectorcall_Call(self, arguments, named);
        if (result || !is_refused()) return result;
    }
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    bool are_same = true;
    PyObject* all = all_given(arguments, are_same);
    if (all && type) PyErr_Restore(type, error, traceback);
    if (is_late && (are_same || !all)) {
        if (all) Py_DecRef(all);
        return nullptr;
    }
    if (!all) return nullptr;
    PyObject* result = is_late ? again(self, all, named) : PyVectorcall_Call(self, all, named);
    if (!result && !is_late && !are_same && is_refused()) result = again(self, arguments, named);
    if (result && !are_same && PyType_IsSubtype(type_of(type_of(result)), scopes) && PyObject_SetAttrString(result, "__doublet_arguments__", all) < 0)
        PyErr_Clear();  // it keeps nothing
    Py_DecRef(all);
    return result;
}

}  // namespace

// Has a class of templates ask Python what the arguments in [] are, and for the C++ objects of arguments; says whether it is as known here.
extern "C" bool doublet_templates(PyObject* type, PyObject* scope_type, PyObject* instance_type, PyObject* asks, PyObject* gives) {
    auto* found = reinterpret_cast<Subscript>(PyType_GetSlot(type, slot_of_subscript));
    auto* mapping = reinterpret_cast<Type*>(type)->mapping;
    auto* layout = reinterpret_cast<Type*>(type);
    if (!found || !mapping || mapping->subscript != found) return false;
    if (!(layout->flags & has_vectorcall) || reinterpret_cast<void*>(layout->call) != PyType_GetSlot(type, slot_of_call)) return false;
    for (PyObject* object : {scope_type, instance_type, asks, gives}) Py_IncRef(object);
    newest = asks;
    instance = gives;
    scopes = scope_type;
    instances = instance_type;
    original = found;
    mapping->subscript = subscript;
    layout->flags &= ~has_vectorcall;
    layout->call = call;
    return true;
}
