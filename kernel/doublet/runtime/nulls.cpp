// None as an argument of C++: an empty smart pointer, and a null pointer to text, of which cppyy makes none.
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

// What an empty smart pointer of libstdc++'s consists of, also one that keeps its deleter.
thread_local std::max_align_t nothing[4] = {};

PyObject* none() {
    Py_IncRef(&_Py_NoneStruct);
    return &_Py_NoneStruct;
}

// A text as Python has those of std::string, or None for a null pointer.
PyObject* python_text(const char* text) { return text ? PyUnicode_DecodeUTF8(text, static_cast<long>(std::strlen(text)), "surrogateescape") : none(); }

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
    PyObject* FromMemory(void* address) override { return address ? python_text(*static_cast<const char**>(address)) : original_->FromMemory(address); }
    bool ToMemory(PyObject* value, void* address, PyObject* context) override {
        if (value != &_Py_NoneStruct) return original_->ToMemory(value, address, context);
        *static_cast<const char**>(address) = nullptr;
        return true;
    }
};

// What a function returns that gives a pointer to a text, or a reference to such: cppyy would make an empty text of null.
template <bool is_reference>
class TextResult : public Executor {
public:
    explicit TextResult(Executor* address) : address_(address) {}
    PyObject* Execute(long method, void* self, CallContext* context) override {
        PyObject* address = address_->Execute(method, self, context);
        if (!address) return nullptr;
        const unsigned long long place = PyLong_AsUnsignedLongLong(address);
        Py_DecRef(address);
        return python_text(is_reference ? *reinterpret_cast<const char* const*>(place) : reinterpret_cast<const char*>(place));
    }

private:
    Executor* address_;
};

// A std::nullptr_t, which cppyy does not know.
class Null : public Converter {
public:
    bool SetArg(PyObject* value, Parameter& into, CallContext*) override {
        into.value.pointer = nullptr;
        into.type_code = 'p';
        return value == &_Py_NoneStruct;
    }
    PyObject* FromMemory(void*) override { return none(); }
    bool ToMemory(PyObject* value, void*, PyObject*) override { return value == &_Py_NoneStruct; }
    bool HasState() override { return false; }
};

Converter* make_smart_pointer(Converter* original, const char*) { return new SmartPointer(original); }
Converter* make_text(Converter* original, const char*) { return new Text(original); }
template <bool is_reference>
Executor* make_text_result(const Dimensions& dimensions) {
    static TextResult<is_reference> shared(cppyy.create_result("unsigned long", dimensions));
    return &shared;
}
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
    const std::pair<const char*, ExecutorFactory> results[] = {{"const char*", make_text_result<false>},
                                                               {"const char*&", make_text_result<true>},
                                                               {"const char*const&", make_text_result<true>},
                                                               {"const char* const&", make_text_result<true>}};
    for (const auto& [type, make] : results) {
        cppyy.remove_result(type);
        cppyy.enter_result(type, make);
    }
    for (const char* type : {"std::nullptr_t", "nullptr_t", "decltype(nullptr)"}) cppyy.enter(type, make_null);
}

}  // namespace doublet::detail
