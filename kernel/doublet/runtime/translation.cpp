// Exceptions that cross between the languages: a C++ one carries the Python one that it comes from, and the other way round.
#include "translation.hpp"

#include <cxxabi.h>

#include <cstring>
#include <memory>
#include <string>
#include <typeinfo>
#include <utility>

#include "cell.hpp"
#include "doublet/exceptions.hpp"
#include "gil.hpp"

namespace doublet::detail {
namespace {

PyObject* make_error = nullptr;  // Python's function that makes an exception

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

}  // namespace

void make_errors_by(PyObject* make) {
    Py_IncRef(make);
    make_error = make;
}

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

void tell_classes(std::exception_ptr* thrown, void (*tell)(const char* type, void* at)) {
    try {
        std::rethrow_exception(*thrown);
    } catch (std::exception& error) {
        ancestry(abi::__cxa_current_exception_type(), static_cast<char*>(dynamic_cast<void*>(&error)), tell);
    } catch (...) {
    }
}

}  // namespace doublet::detail
