// Exceptions that cross between the languages, the same object on either side.
//
// cppyy keeps of a C++ exception only a message that it changes, and leaves a Python one in the thread's error
// indicator, where the next call trips over it. So the code that it generates for Python callbacks gets another
// CPyCppyy::PyException from here, one that carries the Python exception; and its library gets other entries for
// the functions by which it calls C++ and reports errors.
#include <dlfcn.h>

#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>

#include "alone.hpp"
#include "cell.hpp"
#include "compiling.hpp"
#include "conversions.hpp"
#include "doublet/describe.hpp"
#include "doublet/exceptions.hpp"
#include "elements.hpp"
#include "flights.hpp"
#include "gil.hpp"
#include "guard.hpp"
#include "imports.hpp"
#include "interrupts.hpp"
#include "memory.hpp"
#include "python.hpp"
#include "refusals.hpp"
#include "threads.hpp"
#include "told.hpp"
#include "translation.hpp"

namespace doublet::detail {
namespace {

void describe_thrown(std::exception_ptr* thrown, void (*tell)(const char* type, const char* what)) {
    describe(*thrown, tell);
}

// What cppyy takes for an exception of no known type: it then reports an error, which set_error() replaces.
struct Raised {};

// An interrupt that Python has been told of, but not raised before this call, would have to wait for its end.
void raise_what_is_due() {
    if (!may_be_due()) return;
    std::optional<PythonError> error;
    {
        Gil gil;
        if (PyErr_CheckSignals()) error.emplace();
    }
    if (error) throw PythonError(*error);
}

void* originals[13];

// Stands for one of the functions by which cppyy calls C++. Those that return integers or pointers are told apart by
// their number only, for they return in the same register.
template <int number, class R, class... More>
R call(long method, void* self, std::size_t count, void* arguments, More... more) {
    if (is_again(arguments)) throw Raised();
    try {
        using Function = R(long, void*, std::size_t, void*, More...);
        R result;
        wait_for_compiler();
        const auto run = [&] {
            raise_what_is_due();
            is_calling = true;
            result = reinterpret_cast<Function*>(originals[number])(method, self, count, arguments, more...);
        };
        if (guarded(run) && !take_failure(last_crash)) {
            look_at_elements(method);
            return result;
        }
        throw Crashed();
    } catch (...) {
        raise(arguments);
    }
    look_at_elements(method);
    throw Raised();
}

long construct(long method, void* type, std::size_t count, void* arguments) {
    if (is_explicit_conversion(method)) return 0;  // which cppyy takes for a constructor that has failed
    return call<12, long>(method, type, count, arguments);
}

// Stands for the function by which cppyy destroys an object. Python has nowhere to raise an error, but shows it,
// and raises an interrupt a little later.
void (*original_destruct)(std::size_t type, void* object);
void destruct(std::size_t type, void* object) {
    if (guarded([&] { original_destruct(type, object); })) return;
    Gil gil;
    if (last_crash.signal == SIGINT) return interrupt_python();
    PyObject* before[3];
    PyErr_Fetch(&before[0], &before[1], &before[2]);
    if (PyObject* error = as_python(std::make_exception_ptr(Crashed()))) {
        PyObject* kind = PyObject_Type(error);
        PyErr_SetObject(kind, error);
        Py_DecRef(kind);
        Py_DecRef(error);
    }
    PyErr_WriteUnraisable(nullptr);
    PyErr_Restore(before[0], before[1], before[2]);
}

bool is_internal(std::string_view text) {
    for (const char* part : {"__cling_N", "doublet_v", "__doublet"})
        if (text.find(part) != text.npos) return true;
    return false;
}

void set_clean(PyObject* type, const std::string& told) {
    PyErr_SetString(type, is_internal(told) ? clean_type(told.c_str()).c_str() : told.c_str());
}

void set_string(PyObject* type, const char* text) {
    if (set_error()) return;
    set_clean(type, is_list(text) ? all_refused(text, types_given()) : text);
}

void set_object(PyObject* type, PyObject* value) {
    if (!set_error()) PyErr_SetObject(type, value);
}

// Raises an error again that names what is internal.
void clean_error() {
    PyObject *kind = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&kind, &error, &traceback);
    const std::string told = told_by(error);
    PyErr_Restore(kind, error, traceback);
    if (is_internal(told)) PyErr_SetString(kind, clean_type(told.c_str()).c_str());
}

// What cppyy says of one function: its signature, the kind of error, what is wrong, and why, if it says why.
constexpr std::string_view of_function = "%s =>\n    %s: %s", with_reason = "%s =>\n    %s: %s (%s)";

PyObject* format(PyObject* type, const char* text, ...) {
    if (set_error()) return nullptr;
    va_list values;
    va_start(values, text);
    if (text == of_function || text == with_reason) {
        const char* signature = va_arg(values, const char*);
        va_arg(values, const char*);
        const char* what = va_arg(values, const char*);
        set_clean(type, refused(signature, what, text == with_reason ? va_arg(values, const char*) : ""));
    } else {
        PyErr_FormatV(type, text, values);
        clean_error();
    }
    va_end(values);
    return nullptr;
}

void restore(PyObject* type, PyObject* value, PyObject* traceback) {
    if (!set_error()) return PyErr_Restore(type, value, traceback);
    for (PyObject* object : {type, value, traceback})
        if (object) Py_DecRef(object);
}

// Sets all of this up for cppyy's library at a path; `make` makes a Python exception of a pointer to an
// std::exception_ptr. Fills `into` with what Python calls.
void cross(const char* path, PyObject* make, void** into) {
    make_errors_by(make);
    void* const all[] = {(void*)describe_thrown, (void*)tell_classes, (void*)+[]() -> PyObject* {
        return as_python(take_escaped());
    }};
    std::memcpy(into, all, sizeof all);
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    if (!library) return;
    Replacement others[] = {
        {"_ZN5Cppyy5CallVElPvmS0_", (void*)call<0, long>, &originals[0]},
        {"_ZN5Cppyy5CallBElPvmS0_", (void*)call<1, long>, &originals[1]},
        {"_ZN5Cppyy5CallCElPvmS0_", (void*)call<2, long>, &originals[2]},
        {"_ZN5Cppyy5CallHElPvmS0_", (void*)call<3, long>, &originals[3]},
        {"_ZN5Cppyy5CallIElPvmS0_", (void*)call<4, long>, &originals[4]},
        {"_ZN5Cppyy5CallLElPvmS0_", (void*)call<5, long>, &originals[5]},
        {"_ZN5Cppyy6CallLLElPvmS0_", (void*)call<6, long>, &originals[6]},
        {"_ZN5Cppyy5CallFElPvmS0_", (void*)call<7, float>, &originals[7]},
        {"_ZN5Cppyy5CallDElPvmS0_", (void*)call<8, double>, &originals[8]},
        {"_ZN5Cppyy6CallLDElPvmS0_", (void*)call<9, long double>, &originals[9]},
        {"_ZN5Cppyy5CallRElPvmS0_", (void*)call<10, long>, &originals[10]},
        {"_ZN5Cppyy5CallOElPvmS0_m", (void*)call<11, long, std::size_t>, &originals[11]},
        {"_ZN5Cppyy15CallConstructorElmmPv", (void*)construct, &originals[12]},
        {"_ZN5Cppyy8DestructEmPv", (void*)destruct, (void**)&original_destruct},
        {"PyErr_SetString", (void*)set_string},
        {"PyErr_SetObject", (void*)set_object},
        {"PyErr_Format", (void*)format},
        {"PyErr_Restore", (void*)restore},
    };
    replace(library, std::begin(others), std::end(others));
}

}  // namespace
}  // namespace doublet::detail

extern "C" void doublet_exceptions(const char* path, PyObject* make, void** into) {
    doublet::detail::cross(path, make, into);
}
