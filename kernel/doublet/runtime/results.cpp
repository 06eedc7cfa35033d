// Histograms that C++ functions return, as Python has them: the hist.Hist that each is.
//
// cppyy would make a C++ object of its own for each. The executors that do so for a type are wrapped in others when a
// function of that type is first called.
#include <string>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

PyObject* as_python = nullptr;
std::string last;  // the type that cppyy is about to make an executor for

PyObject* converted(PyObject* found) {
    if (!found) return nullptr;
    PyObject* made = PyObject_CallFunctionObjArgs(as_python, found, nullptr);
    Py_DecRef(found);
    return made;
}

class Result : public Executor {
public:
    explicit Result(Executor* original) : original_(original) {}
    ~Result() override {
        if (original_->HasState()) delete original_;
    }
    PyObject* Execute(long method, void* self, CallContext* context) override { return converted(original_->Execute(method, self, context)); }
    bool HasState() override { return true; }

private:
    Executor* original_;
};

class Reference : public RefExecutor {
public:
    explicit Reference(RefExecutor* original) : original_(original) {}
    ~Reference() override { delete original_; }
    PyObject* Execute(long method, void* self, CallContext* context) override { return converted(original_->Execute(method, self, context)); }
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

}  // namespace

void note_result(const std::string& type) {
    if (!as_python || type.find("hist<") == type.npos) return;
    std::string resolved = cppyy.resolve(type);
    if (resolved.find("const ") == 0) resolved.erase(0, 6);
    if (resolved.find("doublet::hist<") != 0) return;
    last = type;
    cppyy.enter_result(type, make);
}

}  // namespace doublet::detail

// Has what functions return that are histograms be what this function of Python's makes of them.
extern "C" void doublet_histogram_results(PyObject* convert) {
    Py_IncRef(convert);
    doublet::detail::as_python = convert;
}
