// What C++ functions return, changed by a function of ours after cppyy has made it.
#ifndef DOUBLET_RESULTS_HPP
#define DOUBLET_RESULTS_HPP

#include <string>

#include "cppyy.hpp"

namespace doublet::detail {

// The executors that cppyy makes for a type are wrapped in others when a function of that type is first called.
template <PyObject* (*change)(PyObject*)>
class Results {
public:
    // Has the results of a type be changed, from now on.
    static void enter(const std::string& type) {
        last = type;
        cppyy.enter_result(type, make);
    }

private:
    class Result : public CPyCppyy::Executor {
    public:
        explicit Result(CPyCppyy::Executor* original) : original_(original) {}
        ~Result() override {
            if (original_->HasState()) delete original_;
        }
        PyObject* Execute(long method, void* self, CPyCppyy::CallContext* context) override { return change(original_->Execute(method, self, context)); }
        bool HasState() override { return true; }

    private:
        CPyCppyy::Executor* original_;
    };

    class Reference : public CPyCppyy::RefExecutor {
    public:
        explicit Reference(CPyCppyy::RefExecutor* original) : original_(original) {}
        ~Reference() override { delete original_; }
        PyObject* Execute(long method, void* self, CPyCppyy::CallContext* context) override { return change(original_->Execute(method, self, context)); }
        bool SetAssignable(PyObject* value) override { return original_->SetAssignable(value); }

    private:
        CPyCppyy::RefExecutor* original_;
    };

    static CPyCppyy::Executor* make(const CPyCppyy::Dimensions& dimensions) {
        const std::string type = last;
        cppyy.remove_result(type);
        CPyCppyy::Executor* original = cppyy.create_result(type, dimensions);
        cppyy.enter_result(type, make);
        if (auto* reference = dynamic_cast<CPyCppyy::RefExecutor*>(original)) return new Reference(reference);
        return new Result(original);
    }

    static inline std::string last;  // the type that cppyy is about to make an executor for
};

}  // namespace doublet::detail

#endif
