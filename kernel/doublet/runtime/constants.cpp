// Constant objects of C++ in Python, which engine/constants.py marks: those that functions return by reference or pointer, and
// those that would be passed to a function that may change them.
#include <map>
#include <string>

#include "constants.hpp"
#include "cppyy.hpp"
#include "instance.hpp"
#include "results.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

PyObject* as_constant = nullptr;          // makes a constant object of one
PyObject* constant_attributes = nullptr;  // gives the attributes that constant objects of a class have

// What constant objects of each class of Python's have; none for other classes than cppyy's, which are asked about each time.
PyObject* attributes_of(void* type) {
    static auto* known = new std::map<void*, PyObject*>;  // always kept
    const auto found = known->find(type);
    if (found != known->end()) return found->second;
    auto* of = static_cast<PyObject*>(type);
    PyObject* made = PyObject_CallFunctionObjArgs(constant_attributes, of, nullptr);
    if (!made) PyErr_Clear();
    if (made == &_Py_NoneStruct) made = nullptr;
    Py_IncRef(of);
    return (*known)[type] = made;
}

// The same as Python's function makes, in a fraction of the time, for what is most common.
PyObject* plain_constant(PyObject* found) {
    PyObject* attributes = attributes_of(found->type);
    const auto* instance = static_cast<const Instance*>(found);
    if (!attributes || (instance->flags & special) || !instance->object) return nullptr;
    static PyObject* none = PyTuple_New(0);
    using New = PyObject*(void*, PyObject*, PyObject*);
    constexpr int slot_of_new = 65;  // Py_tp_new
    PyObject* made = reinterpret_cast<New*>(PyType_GetSlot(static_cast<PyObject*>(found->type), slot_of_new))(found->type, none, nullptr);
    PyObject** own = made ? _PyObject_GetDictPtr(made) : nullptr;
    if (!own || *own) {
        if (made) Py_DecRef(made);
        return nullptr;
    }
    *own = PyDict_Copy(attributes);
    static_cast<Instance*>(made)->object = instance->object;
    return made;
}

}  // namespace

// Most objects have nothing of their own in Python, which is soon seen.
bool is_constant_object(PyObject* value) {
    PyObject** own = _PyObject_GetDictPtr(value);
    return own && *own && PyDict_GetItemString(*own, "__doublet_is_constant__");
}

PyObject* python_constant(PyObject* found) {
    if (!found) return nullptr;
    if (PyObject* made = is_constant_object(found) ? nullptr : plain_constant(found)) {
        Py_DecRef(found);
        return made;
    }
    PyObject* made = PyObject_CallFunctionObjArgs(as_constant, found, nullptr);
    Py_DecRef(found);
    return made;
}

namespace {

// Whether a type is a reference or a pointer to a constant object, or a smart pointer to one.
bool is_constant(const std::string& type) {
    if (!as_constant || type.find("const") == type.npos) return false;
    std::string found = cppyy.resolve(type);
    for (const char* pointer : {"std::shared_ptr<const ", "std::unique_ptr<const "})
        if (found.rfind(pointer, found.rfind("const ", 0) == 0 ? sizeof "const" : 0) != found.npos) return found.find("doublet::hist<") == found.npos;
    const std::string of = class_referred_to(found);
    const bool is_smart = of.rfind("std::shared_ptr<", 0) == 0 || of.rfind("std::unique_ptr<", 0) == 0;
    return found.rfind("const ", 0) == 0 && !of.empty() && !is_smart;
}

bool refuse() {
    PyErr_SetString(PyExc_TypeError, "the object is constant in C++, and the function could change it: pass a copy, or have it take const &");
    return false;
}

SetArg* original_reference = nullptr;
bool set_reference(Converter* converter, PyObject* value, Parameter& into, CallContext* context) {
    constexpr std::size_t place_of_constant = 16;  // in cppyy's InstanceRefConverter
    const bool takes_constant = *(reinterpret_cast<const char*>(converter) + place_of_constant);
    return !takes_constant && is_constant_object(value) ? refuse() : original_reference(converter, value, into, context);
}

SetArg* original_pointer = nullptr;
bool set_pointer(Converter* converter, PyObject* value, Parameter& into, CallContext* context) {
    return is_constant_object(value) ? refuse() : original_pointer(converter, value, into, context);
}

}  // namespace

Change* constant_change(const std::string& type) {
    if (!is_constant(type)) return nullptr;
    return [](PyObject* found, void* self) { return python_referred(python_constant(found), self); };
}

bool keep_constants() {
    Converter *reference = create("std::vector<int>&"), *pointer = create("std::vector<int>*"), *constant_pointer = create("const std::vector<int>*");
    if (!reference || !pointer || !constant_pointer || vtable_of(pointer) == vtable_of(constant_pointer)) return false;
    original_reference = exchange_set_arg(reference, set_reference);
    original_pointer = exchange_set_arg(pointer, set_pointer);
    return true;
}

}  // namespace doublet::detail

// Has one function of Python's make constant objects of those that C++ functions return as constant, and another give the
// attributes that mark those of a class.
extern "C" void doublet_constants(PyObject* convert, PyObject* attributes) {
    Py_IncRef(convert);
    Py_IncRef(attributes);
    doublet::detail::as_constant = convert;
    doublet::detail::constant_attributes = attributes;
}
