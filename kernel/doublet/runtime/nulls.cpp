// None as an argument of C++: an empty smart pointer, and a null pointer to text, of which cppyy makes none.
#include <cstddef>
#include <cstring>
#include <string>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

// What an empty smart pointer of libstdc++'s consists of, also one that keeps its deleter.
thread_local std::max_align_t nothing[4] = {};

class SmartPointer : public Wrapper {
public:
    using Wrapper::Wrapper;

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (value != &_Py_NoneStruct) return original_->SetArg(value, into, context);
        std::memset(nothing, 0, sizeof nothing);  // a function that takes a && may have written to it
        into.value.pointer = nothing;
        into.type_code = 'V';
        return true;
    }
};

class Text : public Wrapper {
public:
    using Wrapper::Wrapper;

    bool SetArg(PyObject* value, Parameter& into, CallContext* context) override {
        if (value != &_Py_NoneStruct) return original_->SetArg(value, into, context);
        into.value.pointer = nullptr;
        into.type_code = 'p';
        return true;
    }
};

// A std::nullptr_t, which cppyy does not know.
class Null : public Converter {
public:
    bool SetArg(PyObject* value, Parameter& into, CallContext*) override {
        into.value.pointer = nullptr;
        into.type_code = 'p';
        return value == &_Py_NoneStruct;
    }
    PyObject* FromMemory(void*) override {
        Py_IncRef(&_Py_NoneStruct);
        return &_Py_NoneStruct;
    }
    bool ToMemory(PyObject* value, void*, PyObject*) override { return value == &_Py_NoneStruct; }
    bool HasState() override { return false; }
};

Converter* make_smart_pointer(Converter* original, const char*) { return new SmartPointer(original); }
Converter* make_text(Converter* original, const char*) { return new Text(original); }
Converter* make_null(const Dimensions&) {
    static Null shared;
    return &shared;
}

}  // namespace

void note_nullable(const std::string& type, const std::string& resolved) {
    const bool is_constant = resolved.rfind("const ", 0) == 0;
    const std::string plain = is_constant ? resolved.substr(6) : resolved;
    const bool is_reference = !plain.empty() && plain.back() == '&' && plain.find("&&") == plain.npos;
    if (is_reference && !is_constant) return;  // of which C++ would write to what is shared by all
    for (const char* kind : {"std::shared_ptr<", "std::unique_ptr<", "std::weak_ptr<"})
        if (plain.rfind(kind, 0) == 0 && plain.find("hist<") == plain.npos) add_wrapped(type, make_smart_pointer);
}

void wrap_nulls() {
    add_wrapped("const char*", make_text);
    for (const char* type : {"std::nullptr_t", "nullptr_t", "decltype(nullptr)"}) cppyy.enter(type, make_null);
}

}  // namespace doublet::detail
