// Exceptions that cross between the languages, the same object on either side.
//
// cppyy keeps of a C++ exception only a message that it changes, and leaves a Python one in the thread's error
// indicator, where the next call trips over it. So the code that it generates for Python callbacks gets another
// CPyCppyy::PyException from here, one that carries the Python exception; and its library gets other entries for
// the functions by which it calls C++ and reports errors.
#include <cxxabi.h>
#include <dlfcn.h>
#include <pthread.h>

#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <exception>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "cell.hpp"
#include "conversions.hpp"
#include "doublet/describe.hpp"
#include "doublet/exceptions.hpp"
#include "elements.hpp"
#include "gil.hpp"
#include "guard.hpp"
#include "imports.hpp"
#include "interrupts.hpp"
#include "memory.hpp"
#include "python.hpp"
#include "threads.hpp"

namespace doublet::detail {

// Stands for a crash, of which guard.hpp keeps more.
struct Crashed {};

namespace {

// A Python object that C++ holds, on whatever thread it lets go of it.
std::shared_ptr<PyObject> held(PyObject* object) {
    return {object, [](PyObject* last) {
                if (!last || !Py_IsInitialized()) return;
                Gil gil;
                Py_DecRef(last);
            }};
}

const char* const thrown_name = "doublet.thrown";

// The C++ exception that a Python one stands for, if it does.
std::exception_ptr origin(PyObject* error) {
    PyObject* capsule = PyObject_GetAttrString(error, "_thrown");
    auto* found = capsule ? static_cast<std::exception_ptr*>(PyCapsule_GetPointer(capsule, thrown_name)) : nullptr;
    std::exception_ptr result = found ? *found : nullptr;
    if (capsule) Py_DecRef(capsule);
    PyErr_Clear();
    return result;
}

// A C++ exception that left Python again, and the Python one that it was there.
struct Returned {
    std::exception_ptr thrown;
    std::shared_ptr<PyObject> error;
};
Returned returned;

}  // namespace

PythonError::PythonError() {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    PyErr_NormalizeException(&type, &error, &traceback);
    if (!error) return;
    if (traceback) PyException_SetTraceback(error, traceback);
    const char* name = PyExceptionClass_Name(type);
    const char* dot = std::strrchr(name, '.');  // a class written in C has its module's name before it
    message_ = dot ? dot + 1 : name;
    if (PyObject* text = PyObject_Str(error)) {
        const char* utf8 = PyUnicode_AsUTF8(text);
        if (utf8 && *utf8) message_ += std::string(": ") + utf8;
        Py_DecRef(text);
    }
    PyErr_Clear();
    error_ = held(error);
    thrown_ = origin(error);
    if (thrown_) returned = {thrown_, error_};
    Py_DecRef(type);
    if (traceback) Py_DecRef(traceback);
}

PythonError::PythonError(const PythonError& other)
    : error_(other.error_), thrown_(other.thrown_), message_(other.message_) {
    if (thrown_) std::rethrow_exception(thrown_);  // so that it is caught as what it is
}

PythonError::~PythonError() = default;

const char* PythonError::what() const noexcept { return message_.c_str(); }

PyObject* PythonError::error() const { return error_.get(); }

void PythonError::blame(const char* function, const char* annotation) const {
    if (!error_) return;
    Gil gil;
    if (PyObject* traceback = PyException_GetTraceback(error_.get())) return Py_DecRef(traceback);
    const auto colon = message_.find(": ");
    const std::string why = colon == std::string::npos ? message_ : message_.substr(colon + 2);
    const std::string known = annotation;
    const std::string text = std::string("the result of the Python function '") + function + "' " +
                             (known.empty() ? "has the wrong type (" + why + "); annotate what it returns, as in '-> None'"
                                            : "cannot become the " + known + " as which it is annotated (" + why + ")");
    PyObject* type = PyObject_Type(error_.get());
    if (PyObject* error = PyObject_CallFunction(type, "s", text.c_str())) {
        error_ = held(error);
        message_ = message_.substr(0, colon) + ": " + text;
    }
    PyErr_Clear();
    Py_DecRef(type);
}

namespace {

PyObject* make_error = nullptr;  // Python's function that makes an exception

// The Python exception that a C++ one carries, or has nested in it.
PyObject* carried(std::exception_ptr thrown, bool nested) {
    while (thrown) {
        std::exception_ptr inner;
        try {
            std::rethrow_exception(thrown);
        } catch (const PythonError& error) {
            return error.error();
        } catch (const std::nested_exception& error) {
            inner = error.nested_ptr();
        } catch (...) {
        }
        thrown = nested ? inner : nullptr;
    }
    return nullptr;
}

// The Python exception for a C++ one, as a new reference; null, and an error set, if Python cannot make it.
PyObject* as_python(std::exception_ptr thrown) {
    if (PyObject* error = carried(thrown, false)) {
        Py_IncRef(error);
        return error;
    }
    const Returned last = std::exchange(returned, {});
    if (last.thrown == thrown) {
        Py_IncRef(last.error.get());
        return last.error.get();
    }
    PyObject* error = PyObject_CallFunction(make_error, "K", reinterpret_cast<unsigned long long>(&thrown));
    if (!error) return nullptr;
    PyObject* capsule = PyCapsule_New(new std::exception_ptr(thrown), thrown_name, [](PyObject* capsule) {
        delete static_cast<std::exception_ptr*>(PyCapsule_GetPointer(capsule, thrown_name));
    });
    PyObject_SetAttrString(error, "_thrown", capsule);
    Py_DecRef(capsule);
    if (PyObject* cause = carried(thrown, true)) {
        Py_IncRef(cause);
        PyException_SetCause(error, cause);
    }
    return error;
}

// Tells the class of an exception and the classes that it derives from, nearest first, each with its address.
void ancestry(const std::type_info* type, char* at, void (*tell)(const char* type, void* at)) {
    tell(demangled(type->name()).c_str(), at);
    if (auto* single = dynamic_cast<const abi::__si_class_type_info*>(type)) {
        ancestry(single->__base_type, at, tell);
    } else if (auto* several = dynamic_cast<const abi::__vmi_class_type_info*>(type)) {
        for (unsigned i = 0; i < several->__base_count; ++i) {
            const auto& base = several->__base_info[i];
            if (base.__is_public_p() && !base.__is_virtual_p()) ancestry(base.__base_type, at + base.__offset(), tell);
        }
    }
}

void classes(std::exception_ptr* thrown, void (*tell)(const char* type, void* at)) {
    try {
        std::rethrow_exception(*thrown);
    } catch (std::exception& error) {
        ancestry(abi::__cxa_current_exception_type(), static_cast<char*>(dynamic_cast<void*>(&error)), tell);
    } catch (...) {
    }
}

void describe_thrown(std::exception_ptr* thrown, void (*tell)(const char* type, const char* what)) {
    describe(*thrown, tell);
}

// The error that a call from Python into C++ is ending with. cppyy calls another overload when one has thrown, and
// puts its own text in the place of an error; as long as the call has not come back to Python, it is this error.
struct Flight {
    PyObject* error = nullptr;
    PyObject* traceback = nullptr;
    struct _frame* frame = nullptr;
    int instruction = 0;
    const void* arguments = nullptr;
};
std::map<pthread_t, Flight> flights;  // touched with the GIL only
int airborne = 0;  // how many there are; also read without the GIL

PyObject* traceback_of(PyObject* error) {
    PyObject* traceback = PyException_GetTraceback(error);
    if (traceback) Py_DecRef(traceback);  // the error keeps it
    return traceback;
}

// A traceback grows with each Python frame that an error reaches.
bool is_delivered(const Flight& flight) { return traceback_of(flight.error) != flight.traceback; }

bool is_under(const Flight& flight, struct _frame* frame) {
    return frame && frame == flight.frame && PyFrame_GetLasti(frame) == flight.instruction && !is_delivered(flight);
}

// The flight that this call is ending with.
Flight* in_flight() {
    if (flights.empty()) return nullptr;
    const auto found = flights.find(pthread_self());
    return found != flights.end() && is_under(found->second, PyEval_GetFrame()) ? &found->second : nullptr;
}

bool set_error() {
    const auto* flight = in_flight();
    if (!flight) return false;
    PyObject* type = PyObject_Type(flight->error);
    Py_IncRef(flight->error);
    if (flight->traceback) Py_IncRef(flight->traceback);
    PyErr_Restore(type, flight->error, flight->traceback);
    return true;
}

bool is_above(const Flight& flight) {
    bool above = false;
    auto* frame = PyEval_GetFrame();
    if (frame) Py_IncRef(reinterpret_cast<PyObject*>(frame));
    while (frame) {
        above = above || is_under(flight, frame);
        auto* outer = PyFrame_GetBack(frame);
        Py_DecRef(reinterpret_cast<PyObject*>(frame));
        frame = outer;
    }
    return above;
}

// Lets go of the errors whose calls have come back. Python calls it, on its main thread, before it goes on; but also
// in between, when an error or an argument has methods written in Python.
int land(void*) {
    bool again = false;
    std::vector<PyObject*> landed;
    for (auto flight = flights.begin(); flight != flights.end();) {
        const bool own = pthread_equal(flight->first, pthread_self());
        if (own ? is_above(flight->second) : !is_delivered(flight->second)) {
            again = again || own;
            ++flight;
        } else {
            landed.push_back(flight->second.error);
            flight = flights.erase(flight);
        }
    }
    __atomic_store_n(&airborne, static_cast<int>(flights.size()), __ATOMIC_RELAXED);
    for (auto* error : landed) Py_DecRef(error);
    return again ? Py_AddPendingCall(land, nullptr) : 0;
}

// What cppyy takes for an exception of no known type: it then reports an error, which in_flight() replaces.
struct Raised {};

bool is_again(const void* arguments) {
    Gil gil;
    const auto* flight = in_flight();
    return flight && flight->arguments == arguments;
}

// Makes Python's error of the exception that is being handled.
void raise(const void* arguments) {
    lift_memory();
    Gil gil;
    PyObject* error = as_python(std::current_exception());
    if (!error) {
        PyObject *type = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        PyErr_NormalizeException(&type, &error, &traceback);
        if (!error) return;
        Py_DecRef(type);
        if (traceback) Py_DecRef(traceback);
    } else if (!traceback_of(error)) {
        PyObject* type = PyObject_Type(error);
        PyErr_SetObject(type, error);  // remembers as its context what Python is handling
        PyErr_Clear();
        Py_DecRef(type);
    }
    auto* frame = PyEval_GetFrame();
    const Flight flight = {error, traceback_of(error), frame, frame ? PyFrame_GetLasti(frame) : 0, arguments};
    PyObject* last = std::exchange(flights[pthread_self()], flight).error;
    __atomic_store_n(&airborne, static_cast<int>(flights.size()), __ATOMIC_RELAXED);
    if (last) Py_DecRef(last);
    Py_AddPendingCall(land, nullptr);
}

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
    if (__atomic_load_n(&airborne, __ATOMIC_RELAXED) && is_again(arguments)) throw Raised();
    try {
        using Function = R(long, void*, std::size_t, void*, More...);
        R result;
        const auto run = [&] {
            raise_what_is_due();
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

void set_string(PyObject* type, const char* text) {
    if (!set_error()) PyErr_SetString(type, is_internal(text) ? clean_type(text).c_str() : text);
}

void set_object(PyObject* type, PyObject* value) {
    if (!set_error()) PyErr_SetObject(type, value);
}

PyObject* format(PyObject* type, const char* text, ...) {
    if (set_error()) return nullptr;
    va_list values;
    va_start(values, text);
    PyErr_FormatV(type, text, values);
    va_end(values);
    PyObject *kind = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&kind, &error, &traceback);
    PyObject* shown = error ? PyObject_Str(error) : nullptr;
    const char* utf8 = shown ? PyUnicode_AsUTF8(shown) : nullptr;
    const std::string clean = utf8 && is_internal(utf8) ? clean_type(utf8) : "";
    if (shown) Py_DecRef(shown);
    PyErr_Restore(kind, error, traceback);
    if (!clean.empty()) PyErr_SetString(type, clean.c_str());
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
    Py_IncRef(make);
    make_error = make;
    void* const all[] = {(void*)describe_thrown, (void*)classes, (void*)+[]() -> PyObject* {
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
