// Histograms that C++ functions return, and those that are members of objects, as Python has them: the hist.Hist that each is.
//
// cppyy would make a C++ object of its own for each. The executors that do so for a type are wrapped in others when a
// function of that type is first called, the converters when a class with such a member is first seen.
#include <string>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

PyObject* as_python = nullptr;
std::string last;  // the type that cppyy is about to make an executor for

class Result : public Executor {
public:
    explicit Result(Executor* original) : original_(original) {}
    ~Result() override {
        if (original_->HasState()) delete original_;
    }
    PyObject* Execute(long method, void* self, CallContext* context) override { return python_histogram(original_->Execute(method, self, context)); }
    bool HasState() override { return true; }

private:
    Executor* original_;
};

class Reference : public RefExecutor {
public:
    explicit Reference(RefExecutor* original) : original_(original) {}
    ~Reference() override { delete original_; }
    PyObject* Execute(long method, void* self, CallContext* context) override { return python_histogram(original_->Execute(method, self, context)); }
    bool SetAssignable(PyObject* value) override { return original_->SetAssignable(value); }

private:
    RefExecutor* original_;
};

Executor* make(const Dimensions& dimensions) {
    const std::string type = last;
    cppyy.remove_result(type);
    Executor* original = cppyy.create_result(type, dimensions);
    cppyy.enter_result(type, make);
    if (auto* reference = dynamic_cast<RefExecutor*>(original)) return new Reference(reference);
    return new Result(original);
}

bool begins_with(const std::string& text, const char* what) { return text.rfind(what, 0) == 0; }

// Whether it is a histogram, or refers to one.
bool is_histogram(const std::string& type) {
    if (!as_python || type.find("hist<") == type.npos) return false;
    std::string resolved = cppyy.resolve(type);
    if (begins_with(resolved, "const ")) resolved.erase(0, 6);
    for (const char* pointer : {"std::unique_ptr<", "std::shared_ptr<"})
        if (begins_with(resolved, pointer)) resolved.erase(0, resolved.find('<') + 1);
    if (begins_with(resolved, "const ")) resolved.erase(0, 6);
    return begins_with(resolved, "doublet::hist<");
}

}  // namespace

PyObject* python_histogram(PyObject* found) {
    if (!found) return nullptr;
    PyObject* made = PyObject_CallFunctionObjArgs(as_python, found, nullptr);
    Py_DecRef(found);
    return made;
}

void note_result(const std::string& type) {
    if (!is_histogram(type)) return;
    last = type;
    cppyy.enter_result(type, make);
}

void note_member(const std::string& type) {
    if (is_histogram(type)) add_histogram(type);
}

}  // namespace doublet::detail

// Has what functions return, and members, that are histograms be what this function of Python's makes of them.
extern "C" void doublet_histogram_values(PyObject* convert) {
    Py_IncRef(convert);
    doublet::detail::as_python = convert;
}
