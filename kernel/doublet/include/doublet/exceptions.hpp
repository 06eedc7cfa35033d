// Exceptions that cross between the languages, the same object on either side.
//
// cppyy keeps of a C++ exception only a message that it changes, and leaves a Python one in the thread's error
// indicator, where the next call trips over it. So the code that it generates for Python callbacks gets another
// CPyCppyy::PyException from here, one that carries the Python exception; and its library gets other entries for
// the functions by which it calls C++ and reports errors.
#ifndef DOUBLET_EXCEPTIONS_HPP
#define DOUBLET_EXCEPTIONS_HPP

#include <cxxabi.h>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdarg>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "doublet/cell.hpp"

// Of Python's own header, which takes long to read, what is used here.
struct _object;
struct _frame;
typedef struct _object PyObject;
extern "C" {
int Py_IsInitialized();
void Py_IncRef(PyObject*);
void Py_DecRef(PyObject*);
int Py_AddPendingCall(int (*)(void*), void*);
void PyErr_Clear();
void PyErr_Fetch(PyObject**, PyObject**, PyObject**);
void PyErr_NormalizeException(PyObject**, PyObject**, PyObject**);
void PyErr_Restore(PyObject*, PyObject*, PyObject*);
void PyErr_SetObject(PyObject*, PyObject*);
void PyErr_SetString(PyObject*, const char*);
PyObject* PyErr_FormatV(PyObject*, const char*, va_list);
PyObject* PyException_GetTraceback(PyObject*);
int PyException_SetTraceback(PyObject*, PyObject*);
void PyException_SetCause(PyObject*, PyObject*);
PyObject* PyObject_CallFunction(PyObject*, const char*, ...);
PyObject* PyObject_GetAttrString(PyObject*, const char*);
int PyObject_SetAttrString(PyObject*, const char*, PyObject*);
PyObject* PyObject_Str(PyObject*);
PyObject* PyObject_Type(PyObject*);
const char* PyExceptionClass_Name(PyObject*);
const char* PyUnicode_AsUTF8(PyObject*);
PyObject* PyCapsule_New(void*, const char*, void (*)(PyObject*));
void* PyCapsule_GetPointer(PyObject*, const char*);
struct _frame* PyEval_GetFrame();
struct _frame* PyFrame_GetBack(struct _frame*);
int PyFrame_GetLasti(struct _frame*);
}

namespace doublet::detail {

// PyGILState_STATE is an enum of Python's header.
class Gil {
public:
    Gil() : state_(ensure()) {}
    ~Gil() { release(state_); }
    Gil(const Gil&) = delete;
    Gil& operator=(const Gil&) = delete;

private:
    static int ensure() { return reinterpret_cast<int (*)()>(entry("PyGILState_Ensure"))(); }
    static void release(int state) { reinterpret_cast<void (*)(int)>(entry("PyGILState_Release"))(state); }
    static void* entry(const char* name) { return dlsym(RTLD_DEFAULT, name); }
    int state_;
};

// A Python object that C++ holds, on whatever thread it lets go of it.
inline std::shared_ptr<PyObject> held(PyObject* object) {
    return {object, [](PyObject* last) {
                if (!last || !Py_IsInitialized()) return;
                Gil gil;
                Py_DecRef(last);
            }};
}

inline const char* const thrown_name = "doublet.thrown";

// The C++ exception that a Python one stands for, if it does.
inline std::exception_ptr origin(PyObject* error) {
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
inline Returned returned;

// What cppyy's code for a callback throws. It makes one with the GIL, releases the GIL, and throws a copy.
class PythonError : public std::exception {
public:
    PythonError() {
        PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        PyErr_NormalizeException(&type, &error, &traceback);
        if (!error) return;
        if (traceback) PyException_SetTraceback(error, traceback);
        message_ = PyExceptionClass_Name(type);
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
    PythonError(const PythonError& other) : error_(other.error_), thrown_(other.thrown_), message_(other.message_) {
        if (thrown_) std::rethrow_exception(thrown_);  // so that it is caught as what it is
    }
    PythonError& operator=(const PythonError&) = delete;

    const char* what() const noexcept override { return message_.c_str(); }
    PyObject* error() const { return error_.get(); }

private:
    std::shared_ptr<PyObject> error_;
    std::exception_ptr thrown_;
    std::string message_ = "Python exception";
};

inline PyObject* make_error = nullptr;  // Python's function that makes an exception

// The Python exception that a C++ one carries, or has nested in it.
inline PyObject* carried(std::exception_ptr thrown, bool nested) {
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
    if (returned.thrown == thrown) {
        Py_IncRef(returned.error.get());
        return std::exchange(returned, {}).error.get();
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
inline void ancestry(const std::type_info* type, char* at, void (*tell)(const char* type, void* at)) {
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
    pthread_t thread{};
};
inline Flight flight;
inline pthread_t main_thread;

inline PyObject* traceback_of(PyObject* error) {
    PyObject* traceback = PyException_GetTraceback(error);
    if (traceback) Py_DecRef(traceback);  // the error keeps it
    return traceback;
}

// A traceback grows with each Python frame that an error reaches.
bool is_under(struct _frame* frame) {
    return frame == flight.frame && PyFrame_GetLasti(frame) == flight.instruction &&
           traceback_of(flight.error) == flight.traceback;
}

bool in_flight() {
    if (!flight.error || !pthread_equal(flight.thread, pthread_self())) return false;
    auto* frame = PyEval_GetFrame();
    return frame && is_under(frame);
}

inline void set_error() {
    PyObject* type = PyObject_Type(flight.error);
    Py_IncRef(flight.error);
    if (flight.traceback) Py_IncRef(flight.traceback);
    PyErr_Restore(type, flight.error, flight.traceback);
}

void land() {
    if (PyObject* error = std::exchange(flight.error, nullptr)) Py_DecRef(error);
}

// Lets go of the error once the call has come back. Python calls it before it goes on, but also in between, when an
// error or an argument has methods written in Python.
int land_if_back(void*) {
    if (!flight.error) return 0;
    bool above = false;
    auto* frame = PyEval_GetFrame();
    if (frame) Py_IncRef(reinterpret_cast<PyObject*>(frame));
    while (frame && !above) {
        above = is_under(frame);
        auto* outer = above ? nullptr : PyFrame_GetBack(frame);
        Py_DecRef(reinterpret_cast<PyObject*>(frame));
        frame = outer;
    }
    return above ? Py_AddPendingCall(land_if_back, nullptr) : (land(), 0);
}

// What cppyy takes for an exception of no known type: it then reports an error, which in_flight() replaces.
struct Raised {};

bool is_again(const void* arguments) {
    Gil gil;
    return flight.arguments == arguments && in_flight();
}

// Makes Python's error of the exception that is being handled.
void raise(const void* arguments) {
    Gil gil;
    PyObject* error = as_python(std::current_exception());
    if (!error) {
        PyObject *type = nullptr, *traceback = nullptr;
        PyErr_Fetch(&type, &error, &traceback);
        PyErr_NormalizeException(&type, &error, &traceback);
        Py_DecRef(type);
        if (traceback) Py_DecRef(traceback);
    } else if (!traceback_of(error)) {
        PyObject* type = PyObject_Type(error);
        PyErr_SetObject(type, error);  // remembers as its context what Python is handling
        PyErr_Clear();
        Py_DecRef(type);
    }
    land();
    auto* frame = PyEval_GetFrame();
    flight = {error, traceback_of(error), frame, frame ? PyFrame_GetLasti(frame) : 0, arguments, pthread_self()};
    if (pthread_equal(main_thread, pthread_self())) Py_AddPendingCall(land_if_back, nullptr);
}

template <class Function>
struct Entry;

// Stands for one of the functions by which cppyy calls C++.
template <class R, class A, class B, class C, class... More>
struct Entry<R(A, B, C, void*, More...)> {
    template <int number>
    static R call(A method, B self, C count, void* arguments, More... more) {
        if (flight.error && is_again(arguments)) throw Raised();
        try {
            return original<number>(method, self, count, arguments, more...);
        } catch (...) {
            raise(arguments);
        }
        throw Raised();
    }
    template <int number>
    inline static R (*original)(A, B, C, void*, More...);
};

void set_string(PyObject* type, const char* text) { in_flight() ? set_error() : PyErr_SetString(type, text); }
void set_object(PyObject* type, PyObject* value) { in_flight() ? set_error() : PyErr_SetObject(type, value); }
PyObject* format(PyObject* type, const char* text, ...) {
    if (in_flight()) return set_error(), nullptr;
    va_list values;
    va_start(values, text);
    PyErr_FormatV(type, text, values);
    va_end(values);
    return nullptr;
}
void restore(PyObject* type, PyObject* value, PyObject* traceback) {
    if (!in_flight()) return PyErr_Restore(type, value, traceback);
    for (PyObject* object : {type, value, traceback})
        if (object) Py_DecRef(object);
    set_error();
}

// Gives a library another function in the place of one that it imports.
inline void replace(const link_map* library, const char* name, void* function) {
    const ElfW(Sym)* symbols = nullptr;
    const char* names = nullptr;
    const ElfW(Rela)* tables[2] = {};
    std::size_t sizes[2] = {};
    for (auto* entry = library->l_ld; entry->d_tag != DT_NULL; ++entry) {
        if (entry->d_tag == DT_SYMTAB) symbols = reinterpret_cast<const ElfW(Sym)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_STRTAB) names = reinterpret_cast<const char*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_JMPREL) tables[0] = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_RELA) tables[1] = reinterpret_cast<const ElfW(Rela)*>(entry->d_un.d_ptr);
        if (entry->d_tag == DT_PLTRELSZ) sizes[0] = entry->d_un.d_val;
        if (entry->d_tag == DT_RELASZ) sizes[1] = entry->d_un.d_val;
    }
    for (int table : {0, 1})
        for (std::size_t i = 0; i < sizes[table] / sizeof(ElfW(Rela)); ++i) {
            const auto& relocation = tables[table][i];
            const auto& symbol = symbols[ELF64_R_SYM(relocation.r_info)];
            if (relocation.r_addend || std::strcmp(names + symbol.st_name, name)) continue;
            auto* place = reinterpret_cast<void**>(library->l_addr + relocation.r_offset);
            const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
            mprotect(reinterpret_cast<void*>(reinterpret_cast<std::uintptr_t>(place) & ~(page - 1)), page, PROT_READ | PROT_WRITE);
            *place = function;
        }
}

template <int number, class Function>
void stand_in(const link_map* library, const char* name) {
    void* original = dlsym(RTLD_DEFAULT, name);
    if (!original) return;
    auto& kept = Entry<Function>::template original<number>;
    kept = reinterpret_cast<std::decay_t<decltype(kept)>>(original);
    replace(library, name, reinterpret_cast<void*>(&Entry<Function>::template call<number>));
}

// Sets all of this up for cppyy's library at a path; `make` makes a Python exception of a pointer to an
// std::exception_ptr. Fills `into` with what Python calls.
void cross(const char* path, PyObject* make, void** into) {
    Py_IncRef(make);
    make_error = make;
    main_thread = pthread_self();
    void* const all[] = {(void*)describe_thrown, (void*)classes, (void*)+[]() -> PyObject* {
        std::cerr.clear();
        return as_python(std::exchange(escaped.exception, nullptr));
    }};
    std::memcpy(into, all, sizeof all);
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    if (!library) return;
    stand_in<0, void(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallVElPvmS0_");
    stand_in<1, unsigned char(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallBElPvmS0_");
    stand_in<2, char(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallCElPvmS0_");
    stand_in<3, short(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallHElPvmS0_");
    stand_in<4, int(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallIElPvmS0_");
    stand_in<5, long(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallLElPvmS0_");
    stand_in<6, long long(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy6CallLLElPvmS0_");
    stand_in<7, float(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallFElPvmS0_");
    stand_in<8, double(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallDElPvmS0_");
    stand_in<9, long double(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy6CallLDElPvmS0_");
    stand_in<10, void*(long, void*, std::size_t, void*)>(library, "_ZN5Cppyy5CallRElPvmS0_");
    stand_in<11, void*(long, void*, std::size_t, void*, std::size_t)>(library, "_ZN5Cppyy5CallOElPvmS0_m");
    stand_in<12, void*(long, std::size_t, std::size_t, void*)>(library, "_ZN5Cppyy15CallConstructorElmmPv");
    replace(library, "PyErr_SetString", (void*)set_string);
    replace(library, "PyErr_SetObject", (void*)set_object);
    replace(library, "PyErr_Format", (void*)format);
    replace(library, "PyErr_Restore", (void*)restore);
}

}  // namespace doublet::detail

#define CPYCPPYY_PYEXCEPTION_H  // in the place of cppyy's own header
namespace CPyCppyy {
using PyException = doublet::detail::PythonError;
}

#endif
