// Arguments from which cppyy makes an object of the class that a function takes.
//
// It tries any constructor, also an explicit one: a function of a std::vector would take 3 for three zeros, and one of a
// std::shared_ptr would own an object that Python owns, too. It marks the class while it does so. And it forgets why an object
// cannot be made, which is why the argument does not fit.
#include "conversions.hpp"

#include <dlfcn.h>

#include <cstdarg>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "imports.hpp"
#include "python.hpp"
#include "refusals.hpp"
#include "told.hpp"
#include "wanted.hpp"

namespace doublet::detail {

namespace {

constexpr std::uint32_t is_converting = 0x80;       // kActiveImplicitCall of CPyCppyy/CPPScope.h
constexpr std::uint64_t is_explicit = 0x04000000;   // kIsExplicit of TDictionary.h
constexpr std::size_t place_of_function = 0x40;     // in what a method is, filled when it is first asked about

// What a class of cppyy's has behind what all classes of Python have.
struct Scope {
    std::size_t type;
    std::uint32_t flags;
};

PyObject* scopes = nullptr;  // the class of cppyy's classes
std::size_t size_of_class = 0;
PyObject* (*original)(PyObject*, PyObject*, PyObject*) = nullptr;
bool (*ask)(long method) = nullptr;
std::uint64_t (*properties)(const void* function) = nullptr;

// Whether an argument is being made an object of this class.
bool is_converted_to(PyObject* cls) { return reinterpret_cast<const Scope*>(reinterpret_cast<const char*>(cls) + size_of_class)->flags & is_converting; }

thread_local bool converts = false;
thread_local std::string reason;  // why the last argument could not be converted

bool says_no_more(std::string_view told) {
    for (std::string_view end : {misfits, std::string_view(" constructor failed")})
        if (told.size() >= end.size() && told.substr(told.size() - end.size()) == end) return true;
    return told.empty() || names_no_value(told);
}

// Why an object could not be made, which stays: of several constructors, what the last one has said.
void keep_reason(PyObject* callable, PyObject* arguments) {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    const std::string told = told_by(error);
    reason = is_refusal(told) ? reason_of(told) : told.find('\n') == told.npos ? told : "";
    if (says_no_more(reason)) reason = misfit(PyTuple_Size(arguments) == 1 ? PyTuple_GetItem(arguments, 0) : arguments) + " " + name_of(callable, "__cpp_name__");
    PyErr_Restore(type, error, traceback);
}

// Whether the first of what has been given is the object whose method is called.
bool begins_with_object() {
    if (!given.function || !given.size) return false;
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    PyObject* self = PyObject_GetAttrString(given.function, "im_self");  // which functions of no class do not have
    PyObject* cls = self == &_Py_NoneStruct ? PyObject_GetAttrString(given.function, "im_class") : nullptr;
    const bool found = cls && PyType_IsSubtype(static_cast<PyObject*>(cls->type), scopes) && PyObject_IsInstance(given.arguments[0], cls) == 1;
    for (PyObject* one : {self, cls})
        if (one) Py_DecRef(one);
    PyErr_Clear();
    PyErr_Restore(type, error, traceback);
    return found;
}

// The text that begins the error about an argument; where nothing has been raised that says why, that is done now.
PyObject* text_of(const char* format, ...) {
    va_list values;
    va_start(values, format);
    PyObject* text = PyUnicode_FromFormatV(format, values);
    va_end(values);
    if (std::string_view(format).rfind(of_conversion, 0) != 0) return text;
    va_start(values, format);
    const int number = va_arg(values, int);
    va_end(values);
    const long place = number + (begins_with_object() ? 1 : 0);
    PyObject* value = place >= 1 && place <= given.size ? given.arguments[place - 1] : nullptr;
    if (!converts) name_value(value);
    if (value == &_Py_NoneStruct) reason = "None is nothing, and C++ takes something here";
    else if (value && reason.empty() && !converts && !PyErr_Occurred()) reason = misfit(value);
    if (!reason.empty() && !PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, reason.c_str());
    reason.clear();
    return text;
}

// An element of a sequence. That of a series of pandas' is asked for by its place: the series takes a number for a label, and may be
// in another order than its labels.
PyObject* element(PyObject* sequence, long place) {
    auto* kind = static_cast<PyObject*>(sequence->type);
    const bool is_usual = kind == &PyList_Type || kind == &PyTuple_Type || PyType_IsSubtype(static_cast<PyObject*>(kind->type), scopes);
    if (is_usual || !PyObject_HasAttrString(kind, "iloc")) return PySequence_GetItem(sequence, place);
    if (!PyObject_HasAttrString(kind, "array")) {
        PyErr_SetString(PyExc_TypeError, ("a " + name_of(kind, "__name__") + " has columns, of which C++ takes one here: pass that, as in df[\"x\"]").c_str());
        return nullptr;
    }
    PyObject* elements = PyObject_GetAttrString(sequence, "array");
    PyObject* found = elements ? PySequence_GetItem(elements, place) : nullptr;
    if (elements) Py_DecRef(elements);
    return found;
}

PyObject* call(PyObject* callable, PyObject* arguments, PyObject* named) {
    if (named || PyObject_IsInstance(callable, scopes) != 1) return original(callable, arguments, named);
    const bool outer = std::exchange(converts, is_converted_to(callable));
    if (converts) reason.clear();
    PyObject* made = original(callable, arguments, named);
    if (!made && is_converted_to(callable)) keep_reason(callable, arguments);
    converts = outer;
    return made;
}

}  // namespace

std::string types_given() {
    std::string types;
    for (long place = begins_with_object(); place < given.size; ++place)
        types += (types.empty() ? "(" : ", ") + name_of(static_cast<PyObject*>(given.arguments[place]->type), "__name__");
    return types.empty() ? types : types + ")";
}

bool is_explicit_conversion(long method) {
    if (!converts) return false;
    ask(method);
    const bool is_refused = properties(*reinterpret_cast<void* const*>(method + place_of_function)) & is_explicit;
    converts = is_refused;  // a constructor that is called may call Python, which may make any object
    return is_refused;
}

}  // namespace doublet::detail

extern "C" bool doublet_is_converted_to(PyObject* cls) { return doublet::detail::is_converted_to(cls); }

// Watches the conversions of cppyy's library at a path; says whether it is as known here.
extern "C" bool doublet_conversions(const char* path, PyObject* scope_type, std::size_t class_size) {
    using namespace doublet::detail;
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    ask = reinterpret_cast<bool (*)(long)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy13IsConstMethodEl"));
    properties = reinterpret_cast<std::uint64_t (*)(const void*)>(dlsym(RTLD_DEFAULT, "_ZNK11CppyyLegacy9TFunction8PropertyEv"));
    if (!library || !ask || !properties) return false;
    Py_IncRef(scope_type);
    scopes = scope_type;
    size_of_class = class_size;
    Replacement all[] = {{"PyObject_Call", (void*)call, (void**)&original}, {"PyUnicode_FromFormat", (void*)text_of}, {"PySequence_GetItem", (void*)element}};
    replace(library, std::begin(all), std::end(all));
    return original;
}
