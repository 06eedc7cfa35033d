// Function templates in Python, as they are given arguments: cpp.area["Shape"], cpp.area(shape).
//
// Their class is cppyy's and one of C, whose operators Python cannot replace. So the functions behind its [] and () are
// replaced where the class keeps them. It makes a template's argument from the type of a value; of what is no C++ object, but is
// seen as one in cells, that has to be the object's.
#include <utility>

#include "attempt.hpp"
#include "conversions.hpp"
#include "instance.hpp"
#include "python.hpp"
#include "type_layout.hpp"

namespace doublet::detail {

thread_local Given given;

}  // namespace doublet::detail

namespace {

using doublet::detail::Attempt;
using doublet::detail::has_vectors;
using doublet::detail::Instance;
using doublet::detail::is_refused;
using doublet::detail::Type;
using doublet::detail::type_of;
using Subscript = PyObject* (*)(PyObject*, PyObject*);

constexpr int slot_of_subscript = 5;  // Py_mp_subscript
constexpr int slot_of_call = 50;      // Py_tp_call
constexpr int slot_of_bind = 54;      // Py_tp_descr_get
constexpr unsigned long has_vectorcall = 1ul << 11;  // Py_TPFLAGS_HAVE_VECTORCALL
Subscript original = nullptr;
PyObject* newest = nullptr;   // Python's function that says what the arguments in [] are
PyObject* instance = nullptr; // and the one that gives the C++ object for another one, or that itself
PyObject* others = nullptr;   // and the one that gives what else may be tried for arrays
PyObject* scopes = nullptr;   // the class of cppyy's classes
PyObject* instances = nullptr;  // what these derive from
thread_local bool is_converting = false;  // the objects themselves are made by templates, such as std::function's

PyObject* subscript(PyObject* self, PyObject* arguments) {
    PyObject* replaced = PyObject_CallFunctionObjArgs(newest, arguments, nullptr);
    PyObject* found = replaced ? original(self, replaced) : nullptr;
    if (replaced) Py_DecRef(replaced);
    return found;
}

// Whether cppyy sees what it is by itself.
bool is_known(PyObject* argument) {
    PyObject* type = type_of(argument);
    for (PyObject* plain : {&PyFloat_Type, &PyLong_Type, &PyUnicode_Type, &PyBool_Type})
        if (type == plain) return true;
    return PyType_IsSubtype(type_of(type), scopes);
}

PyObject* attempt(PyObject* self, PyObject* arguments, PyObject* named) {
    Attempt attempt(arguments);
    return attempt.of(PyVectorcall_Call(self, arguments, named));
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

// What a template is bound to, as CPyCppyy/TemplateProxy.h has it.
struct Template : PyObject {
    PyObject* self;
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
    PyObject* result = arguments ? attempt(self, arguments, named) : nullptr;
    if (!result && arguments && is_refused()) {
        PyErr_Clear();
        PyErr_Restore(type, error, traceback);
        return nullptr;
    }
    for (PyObject* object : {type, error, traceback})
        if (object) Py_DecRef(object);
    return result;
}

// Calls it with what else may stand for arrays, of which a template tells what it takes by the type of the elements.
PyObject* otherwise(PyObject* self, PyObject* arguments, PyObject* named) {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    const bool outer = std::exchange(is_converting, true);
    PyObject* all = PyObject_CallFunctionObjArgs(others, arguments, nullptr);
    is_converting = outer;
    if (!all) PyErr_Clear();
    PyErr_Restore(type, error, traceback);
    PyObject* result = nullptr;
    const bool had_vectors = std::exchange(has_vectors, true);
    for (long number = 0; all && !result && number < PyTuple_Size(all) && is_refused(); ++number)
        result = again(self, PyTuple_GetItem(all, number), named);
    has_vectors = had_vectors;
    if (result && PyType_IsSubtype(type_of(type_of(result)), scopes) && PyObject_SetAttrString(result, "__doublet_arguments__", all) < 0) PyErr_Clear();
    if (all) Py_DecRef(all);
    return result;
}

// Calls it with the objects that stand for others, or else with those themselves, of which cppyy may know more; a constructor the
// other way round. What the result refers to may be in an object that has been made for this call.
PyObject* call(PyObject* self, PyObject* arguments, PyObject* named) {
    const long size = PyTuple_Size(arguments);
    long number = is_converting ? size : 0;
    while (number < size && is_known(PyTuple_GetItem(arguments, number))) ++number;
    if (number == size) return attempt(self, arguments, named);
    const bool is_late = is_constructor(self, arguments);
    if (is_late) {
        PyObject* result = attempt(self, arguments, named);
        if (result || !is_refused()) return result;
    }
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    bool are_same = true;
    PyObject* all = all_given(arguments, are_same);
    if (all && type) {
        PyErr_Restore(type, error, traceback);
    } else {
        for (PyObject* object : {type, error, traceback})
            if (object) Py_DecRef(object);
    }
    if (!all) return nullptr;
    if (is_late && are_same) {
        Py_DecRef(all);
        return nullptr;
    }
    PyObject* result = is_late ? again(self, all, named) : attempt(self, all, named);
    if (!result && !is_late && !are_same && is_refused()) result = again(self, arguments, named);
    if (!result && !is_late && !are_same && is_refused()) result = otherwise(self, arguments, named);
    if (result && !are_same && PyType_IsSubtype(type_of(type_of(result)), scopes) && PyObject_SetAttrString(result, "__doublet_arguments__", all) < 0)
        PyErr_Clear();  // it keeps nothing
    Py_DecRef(all);
    return result;
}

}  // namespace

// Has a class of templates ask Python what the arguments in [] are, and for the C++ objects of arguments; says whether it and the class of
// functions are as known here.
extern "C" bool doublet_templates(PyObject* type, PyObject* function_type, PyObject* scope_type, PyObject* instance_type, PyObject* asks, PyObject* gives,
                                  PyObject* deduces) {
    auto* found = reinterpret_cast<Subscript>(PyType_GetSlot(type, slot_of_subscript));
    auto* mapping = reinterpret_cast<Type*>(type)->mapping;
    auto* layout = reinterpret_cast<Type*>(type);
    if (!found || !mapping || mapping->item != found) return false;
    if (!(layout->flags & has_vectorcall) || reinterpret_cast<void*>(layout->call) != PyType_GetSlot(type, slot_of_call)) return false;
    auto* functions = reinterpret_cast<Type*>(function_type);
    if (!functions->place_of_vectorcall || reinterpret_cast<void*>(functions->bind) != PyType_GetSlot(function_type, slot_of_bind)) return false;
    Attempt::place_of_vectorcall = functions->place_of_vectorcall;
    Attempt::original_bind = std::exchange(functions->bind, Attempt::bind);
    for (PyObject* object : {scope_type, instance_type, asks, gives, deduces}) Py_IncRef(object);
    newest = asks;
    instance = gives;
    others = deduces;
    scopes = scope_type;
    instances = instance_type;
    original = found;
    mapping->item = subscript;
    layout->flags &= ~has_vectorcall;
    layout->call = call;
    return true;
}
