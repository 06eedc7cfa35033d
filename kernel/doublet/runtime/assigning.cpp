// What Python assigns to C++ objects: to members, and to what functions refer to, such as the elements of a vector.
//
// cppyy calls the object's __assign__ by functions of Python's that take a single tuple for all of the arguments, so that a
// tuple could be assigned to nothing; and of a refusal it tells what each operator= has said.
#include <cstdarg>
#include <cstring>
#include <iterator>
#include <string>

#include "cppyy.hpp"
#include "imports.hpp"
#include "refusals.hpp"
#include "told.hpp"
#include "wanted.hpp"

extern "C" PyObject* _Py_VaBuildValue_SizeT(const char*, va_list);

namespace doublet::detail {

namespace {

bool is_one(const char* format) { return format && !std::strcmp(format, "O"); }

// The arguments of a call, as a new tuple.
PyObject* arguments(const char* format, va_list values) {
    PyObject* made = format && *format ? _Py_VaBuildValue_SizeT(format, values) : PyTuple_New(0);
    if (!made || (!is_one(format) && PyType_IsSubtype(static_cast<PyObject*>(made->type), &PyTuple_Type))) return made;
    PyObject* all = PyTuple_New(1);
    if (all) PyTuple_SetItem(all, 0, made);
    return all;
}

// Says in one sentence that a value cannot be assigned, where several operator= have refused it.
void explain(PyObject* all) {
    if (!all || PyTuple_Size(all) != 1) return;
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    const std::string told = type == PyExc_TypeError && !traceback ? told_by(error) : "";
    const std::string target = assigned_class(told);
    PyErr_Restore(type, error, traceback);
    if (target.empty()) return;
    const std::string reason = reason_of(told);
    const bool says_more = !reason.empty() && reason.find(misfits) == reason.npos;
    PyErr_SetString(PyExc_TypeError, (shown(PyTuple_GetItem(all, 0)) + " cannot be assigned to " + target + (says_more ? ": " + reason : "")).c_str());
}

PyObject* call(PyObject* callable, const char* format, va_list values) {
    PyObject* all = callable ? arguments(format, values) : nullptr;
    PyObject* result = all ? PyObject_CallObject(callable, all) : nullptr;
    if (!result && is_one(format)) explain(all);
    if (all) Py_DecRef(all);
    return result;
}

PyObject* call_function(PyObject* callable, const char* format, ...) {
    va_list values;
    va_start(values, format);
    PyObject* result = call(callable, format, values);
    va_end(values);
    return result;
}

PyObject* call_method(PyObject* object, const char* name, const char* format, ...) {
    PyObject* method = PyObject_GetAttrString(object, name);
    va_list values;
    va_start(values, format);
    PyObject* result = call(method, format, values);
    va_end(values);
    if (method) Py_DecRef(method);
    return result;
}

}  // namespace

void wrap_assignments(const link_map* library) {
    Replacement all[] = {
        {"_PyObject_CallFunction_SizeT", (void*)call_function},
        {"_PyObject_CallMethod_SizeT", (void*)call_method},
    };
    replace(library, std::begin(all), std::end(all));
}

}  // namespace doublet::detail
