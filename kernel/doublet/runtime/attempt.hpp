// The call of a function template by Python.
#ifndef DOUBLET_RUNTIME_ATTEMPT_HPP
#define DOUBLET_RUNTIME_ATTEMPT_HPP

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "conversions.hpp"
#include "python.hpp"
#include "type_layout.hpp"

namespace doublet::detail {

inline PyObject* type_of(PyObject* object) { return static_cast<PyObject*>(object->type); }

// Whether what has been raised says that no function takes the arguments: cppyy raises errors of these kinds then, and an error of
// Python code that C++ has called has a traceback.
inline bool is_refused() {
    PyObject *type = nullptr, *error = nullptr, *traceback = nullptr;
    PyErr_Fetch(&type, &error, &traceback);
    bool found = false;
    for (PyObject* kind : {PyExc_TypeError, PyExc_ValueError, PyExc_OverflowError, PyExc_NotImplementedError, PyExc_ReferenceError, PyExc_SystemError,
                           PyExc_SyntaxError, PyExc_AttributeError})
        found = found || (type && !traceback && PyType_IsSubtype(type, kind));
    PyErr_Restore(type, error, traceback);
    return found;
}

using Vectorcall = PyObject* (*)(PyObject*, PyObject* const*, unsigned long, PyObject*);
constexpr unsigned long at_offset = 1ul << 63;  // PY_VECTORCALL_ARGUMENTS_OFFSET
inline thread_local bool has_vectors = false;   // among the arguments, of which some may stand for arrays

// The call of a template: cppyy tries one function after the other, also where one has been called and has raised an error.
class Attempt {
public:
    explicit Attempt(PyObject* arguments) : outer_(std::exchange(now, this)), arguments_(arguments) {}
    ~Attempt() {
        now = outer_;
        for (PyObject* object : {type_, error_, traceback_, reason_})
            if (object) Py_DecRef(object);
    }
    Attempt(const Attempt&) = delete;
    Attempt& operator=(const Attempt&) = delete;

    // The result, or the error of the function that was called, or else the reason why there is none.
    PyObject* of(PyObject* result) {
        if (!result && !type_ && reason_ && is_refused()) fail(reason_);
        if (!result && type_) raise();
        return result;
    }

    // What is wrong with a function. If that is a TypeError, others may be tried, and it is the reason if none takes the arguments.
    static void refuse(PyObject* error) {
        if (!now || now->type_) return;
        if (!PyType_IsSubtype(type_of(error), PyExc_TypeError)) return now->fail(error);
        if (now->reason_) return;
        now->reason_ = error;
        Py_IncRef(error);
    }

    static bool has_failed() { return now && now->type_; }

    // Whether a function for such types has not been asked for before.
    static bool is_first(const std::string& types) {
        if (!now || std::find(now->tried_.begin(), now->tried_.end(), types) != now->tried_.end()) return false;
        now->tried_.push_back(types);
        return true;
    }

    // The arguments of the call, after the object that a method is called on where that is among them; null outside of one.
    static PyObject* arguments() { return now ? now->arguments_ : nullptr; }

    // A function that is tried.
    static PyObject* function(PyObject* callable, PyObject* const* arguments, unsigned long size, PyObject* names) {
        Attempt* own = now;
        if (own && own->type_) {
            own->raise();
            return nullptr;
        }
        now = nullptr;  // what the function does is no part of it
        const Given outer = std::exchange(given, {arguments, static_cast<long>(size & ~at_offset), callable});
        const bool had_vectors = std::exchange(has_vectors, false);
        PyObject* result = original(callable, arguments, size, names);
        has_vectors = had_vectors;
        given = outer;
        now = own;
        if (!result && own && !is_refused()) {
            PyErr_Fetch(&own->type_, &own->error_, &own->traceback_);
            own->raise();
        }
        return result;
    }

    // Has cppyy's object for a function, and the one that is bound, be such: templates bind each function before they try it first.
    static PyObject* bind(PyObject* function, PyObject* self, PyObject* type) {
        PyObject* bound = original_bind(function, self, type);
        for (PyObject* one : {function, bound})
            if (one && type_of(one) == type_of(function)) {
                auto*& called = *reinterpret_cast<Vectorcall*>(reinterpret_cast<char*>(one) + place_of_vectorcall);
                if (called != Attempt::function) original = std::exchange(called, Attempt::function);
            }
        return bound;
    }
    static inline Vectorcall original = nullptr;
    static inline Type::Ternary* original_bind = nullptr;
    static inline long place_of_vectorcall = 0;

private:
    void fail(PyObject* error) {
        type_ = PyObject_Type(error);
        error_ = error;
        Py_IncRef(error);
    }

    void raise() const {
        for (PyObject* object : {type_, error_, traceback_})
            if (object) Py_IncRef(object);
        PyErr_Clear();
        PyErr_Restore(type_, error_, traceback_);
    }

    static inline thread_local Attempt* now = nullptr;
    Attempt* outer_;
    PyObject* arguments_;
    PyObject *type_ = nullptr, *error_ = nullptr, *traceback_ = nullptr, *reason_ = nullptr;
    std::vector<std::string> tried_;
};

}  // namespace doublet::detail

#endif
