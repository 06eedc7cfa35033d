// What Python passes where C++ takes a std::function or a pointer to a function.
//
// cppyy takes a C++ function with these arguments for one, whatever it returns, and any callable: of an int C++ would read a
// double. So a function that returns another type is called through Python, which converts it, and engine/callables.py is
// asked what to pass for a callable, and whether it can be called so.
#include <dlfcn.h>

#include <iterator>
#include <string>
#include <utility>

#include "cppyy.hpp"
#include "gil.hpp"
#include "imports.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

PyObject* fit = nullptr;  // Python's function that gives what to pass for a callable, or raises an error if it cannot be called so
void* (*original_address)(long method, bool check) = nullptr;
std::string (*result_of)(long method) = nullptr;

thread_local const std::string* wanted = nullptr;  // the type that the function which is being passed has to return

std::string trimmed(const std::string& text) { return text.substr(0, text.find_last_not_of(' ') + 1); }

// What a type of functions returns; empty if it is none.
std::string result_in(const std::string& type) {
    const std::string begin = "std::function<";
    std::size_t at = type.find(begin);
    at = at == type.npos ? 0 : at + begin.size();
    int depth = 0;
    for (std::size_t end = at; end < type.size(); ++end) {
        if (type[end] == '<') ++depth;
        if (type[end] == '>') --depth;
        if (type[end] == '(' && depth == 0) return trimmed(type.substr(at, end - at));
    }
    return {};
}

// Where a function begins; nowhere for one that returns something else than is wanted.
void* address_of(long method, bool checked) {
    if (wanted && cppyy.resolve(result_of(method)) != *wanted) return nullptr;
    return original_address(method, checked);
}

class Callable : public Wrapper {
public:
    Callable(Converter* original, const char* type)
        : Wrapper(original), type_(cppyy.resolve(type)), result_(cppyy.resolve(result_in(type_))) {}

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (value == &_Py_NoneStruct) return original_->SetArg(value, into, context);
        if (context && context->flags & no_conversion && is_other_function(value)) {
            PyErr_SetString(PyExc_TypeError, "it is a function of another type, and C++ itself takes it for what it is");
            return false;
        }
        PyObject* passed = PyObject_CallFunction(fit, "Os", value, type_.c_str());
        if (!passed) return false;
        const std::string* outer = std::exchange(wanted, &result_);
        const bool is_set = original_->SetArg(passed, into, context);
        wanted = outer;
        cppyy.add_temporary(context, passed);  // lets go of it after the call
        return is_set;
    }
    // A member.
    bool ToMemory(PyObject* value, void* address, PyObject* context) override {
        if (value == &_Py_NoneStruct) return original_->ToMemory(value, address, context);
        PyObject* passed = PyObject_CallFunction(fit, "Os", value, type_.c_str());
        if (!passed) return false;
        const bool is_set = original_->ToMemory(passed, address, context);
        Py_DecRef(passed);
        return is_set;
    }

private:
    // Whether it is a std::function of another class, which a template is better compiled for.
    bool is_other_function(PyObject* value) const {
        PyObject* type = PyObject_Type(value);
        PyObject* name = PyObject_HasAttrString(type, "__cpp_name__") ? PyObject_GetAttrString(type, "__cpp_name__") : nullptr;
        const char* text = name ? PyUnicode_AsUTF8(name) : nullptr;
        const std::string found = text ? cppyy.resolve(text) : "";
        for (PyObject* object : {type, name})
            if (object) Py_DecRef(object);
        if (!text) PyErr_Clear();
        return found.rfind("std::function<", 0) == 0 && type_.find(found) == type_.npos;
    }

    const std::string type_;
    const std::string result_;
};

Converter* make(Converter* original, const char* type) { return new Callable(original, type); }

}  // namespace

void note_callable(const std::string& type, const std::string& resolved) {
    const bool is_function = resolved.find("std::function<") < sizeof "const " || (resolved.find("(*)(") != resolved.npos && resolved.find('<') > resolved.find('('));
    if (fit && is_function) add_wrapped(type, make);
}

}  // namespace doublet::detail

extern "C" void doublet_keep(void* object) { Py_IncRef(static_cast<PyObject*>(object)); }

// From whichever thread, also at the end of the process.
extern "C" void doublet_let_go(void* object) {
    if (!Py_IsInitialized()) return;
    const doublet::detail::Gil gil;
    Py_DecRef(static_cast<PyObject*>(object));
}

// Has cppyy's library at a path pass functions so; says whether it is as known here.
extern "C" bool doublet_callables(const char* path, PyObject* fits) {
    using namespace doublet::detail;
    auto* library = static_cast<const link_map*>(dlopen(path, RTLD_LAZY | RTLD_NOLOAD));
    result_of = reinterpret_cast<std::string (*)(long)>(dlsym(RTLD_DEFAULT, "_ZN5Cppyy19GetMethodResultTypeB5cxx11El"));
    if (!library || !result_of) return false;
    Py_IncRef(fits);
    fit = fits;
    Replacement all[] = {{"_ZN5Cppyy18GetFunctionAddressElb", (void*)address_of, (void**)&original_address}};
    replace(library, std::begin(all), std::end(all));
    return original_address;
}
