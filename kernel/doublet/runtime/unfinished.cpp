// Classes that a thread is still giving their ways: other threads wait before they make an object of one.
//
// cppyy knows a class before Python's code has changed it, see engine/classes.py. While that runs, Python may go on with another
// thread, for which a vector would have no end, or a constant could be changed. All here is done under Python's lock.
#include <unistd.h>

#include <chrono>
#include <map>
#include <thread>

#include "python.hpp"
#include "type_layout.hpp"

namespace doublet::detail {

namespace {

using Clock = std::chrono::steady_clock;

struct Maker {
    std::thread::id thread;
    Clock::time_point begin;
};
constexpr std::chrono::seconds most{10};  // which one that has failed, or waits for the thread that waits for it, may take
constexpr useconds_t pause = 100;        // in microseconds

// Always kept: objects are made while the process ends.
auto& unfinished = *new std::map<const void*, Maker>;

bool is_made_elsewhere(const void* type) {
    const auto found = unfinished.find(type);
    return found != unfinished.end() && found->second.thread != std::this_thread::get_id() && Clock::now() - found->second.begin < most;
}

void wait_for(const void* type) {
    while (is_made_elsewhere(type)) {
        _ts* state = PyEval_SaveThread();
        usleep(pause);
        PyEval_RestoreThread(state);
    }
}

Type::Ternary* original = nullptr;
PyObject* make(PyObject* type, PyObject* arguments, PyObject* named) {
    if (!unfinished.empty()) wait_for(type);
    return original(type, arguments, named);
}

PyObject* none() {
    Py_IncRef(&_Py_NoneStruct);
    return &_Py_NoneStruct;
}

PyObject* begin(PyObject*, PyObject* const* arguments, long) {
    const void* type = arguments[0];
    unfinished[type] = {std::this_thread::get_id(), Clock::now()};
    PyObject* bases = PyObject_GetAttrString(arguments[0], "__mro__");
    if (!bases) return nullptr;
    for (long number = 1; number < PyTuple_Size(bases); ++number) wait_for(PyTuple_GetItem(bases, number));
    Py_DecRef(bases);
    return none();
}
PyObject* finish(PyObject*, PyObject* const* arguments, long) {
    unfinished.erase(arguments[0]);
    return none();
}

PyObject* original_template = nullptr;
PyObject* instantiate(PyObject*, PyObject* const* arguments, long size) {
    PyObject* made = PyObject_Vectorcall(original_template, arguments, size, nullptr);
    if (made) wait_for(made);
    return made;
}

_method methods[] = {
    {"begin_class", begin, METH_FASTCALL, nullptr}, {"finish_class", finish, METH_FASTCALL, nullptr}, {"MakeCppTemplateClass", instantiate, METH_FASTCALL, nullptr}};

}  // namespace
}  // namespace doublet::detail

// Has objects of this class, and of those that will derive from it, wait until their class is finished.
extern "C" void doublet_wait_for_class(PyObject* cls) {
    using namespace doublet::detail;
    auto* type = reinterpret_cast<Type*>(cls);
    if (!original) original = type->make;
    if (type->make == original) type->make = make;
}

// Functions of Python's: that a class is begun, which waits for its bases, and that it is finished, both given the class and its name.
extern "C" PyObject* doublet_begin_class() { return PyCFunction_NewEx(&doublet::detail::methods[0], nullptr, nullptr); }
extern "C" PyObject* doublet_finish_class() { return PyCFunction_NewEx(&doublet::detail::methods[1], nullptr, nullptr); }

// The function of cppyy's that makes classes of templates, to which cppyy adds members of its own when it has them, so that it waits for
// these.
extern "C" PyObject* doublet_instantiate_class(PyObject* of_cppyy) {
    Py_IncRef(of_cppyy);
    doublet::detail::original_template = of_cppyy;
    return PyCFunction_NewEx(&doublet::detail::methods[2], nullptr, nullptr);
}
