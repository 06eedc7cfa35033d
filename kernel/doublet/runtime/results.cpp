// The executors that cppyy makes for functions are wrapped in others where what they make is to be changed.
//
// cppyy takes the one that is known for a type, but also that of a similar type: of `T&` for `const T&`, of what a name stands
// for. So ours is known only while cppyy makes the executor of one function, whose type has just been asked for.
#include "results.hpp"

#include <utility>

#include "cppyy.hpp"

namespace doublet::detail {

using namespace CPyCppyy;

namespace {

PyObject* execute(Executor* original, Change* change, long method, void* self, CallContext* context) {
    PyObject* found = original->Execute(method, self, context);
    return found ? change(found, self) : nullptr;
}

class Changed : public Executor {
public:
    Changed(Executor* original, Change* change) : original_(original), change_(change) {}
    ~Changed() override {
        if (original_->HasState()) delete original_;
    }
    PyObject* Execute(long method, void* self, CallContext* context) override { return execute(original_, change_, method, self, context); }
    bool HasState() override { return true; }

private:
    Executor* original_;
    Change* change_;
};

class ChangedReference : public RefExecutor {
public:
    ChangedReference(RefExecutor* original, Change* change) : original_(original), change_(change) {}
    ~ChangedReference() override { delete original_; }
    PyObject* Execute(long method, void* self, CallContext* context) override { return execute(original_, change_, method, self, context); }
    bool SetAssignable(PyObject* value) override { return original_->SetAssignable(value); }

private:
    RefExecutor* original_;
    Change* change_;
};

std::string next;  // the type that ours is known for
Change* next_change = nullptr;

Change* forget() {
    if (next_change) cppyy.remove_result(next);
    return std::exchange(next_change, nullptr);
}

Executor* make(const Dimensions& dimensions) {
    Change* change = forget();
    Executor* original = cppyy.create_result(next, dimensions);
    if (auto* reference = dynamic_cast<RefExecutor*>(original)) return new ChangedReference(reference, change);
    return new Changed(original, change);
}

}  // namespace

void change_next(const std::string& type, Change* change) {
    forget();
    if (!change || !cppyy.enter_result(type, make)) return;
    next = type;
    next_change = change;
}

}  // namespace doublet::detail
