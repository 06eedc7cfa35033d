// The layout of Python's types, as its object.h has had it since 3.8, where all threads share one lock.
#ifndef DOUBLET_RUNTIME_TYPE_LAYOUT_HPP
#define DOUBLET_RUNTIME_TYPE_LAYOUT_HPP

#include <cstddef>

#include "python.hpp"

namespace doublet::detail {

struct Sequence {
    long (*length)(PyObject*);
    void* others[6];
    int (*contains)(PyObject*, PyObject*);
};

struct Mapping {
    long (*length)(PyObject*);
    PyObject* (*item)(PyObject*, PyObject*);
    int (*set_item)(PyObject*, PyObject*, PyObject*);
};

struct Buffer {
    int (*get)(PyObject*, void*, int);
};

// PyTypeObject, of which only what is used here has a name of its own.
struct Type {
    using Ternary = PyObject*(PyObject*, PyObject*, PyObject*);
    PyObject head;
    void* before[5];
    long place_of_vectorcall;
    void* before_sequence[5];
    Sequence* sequence;
    Mapping* mapping;
    void* before_call;
    Ternary* call;
    void* before_buffer[3];
    Buffer* buffer;
    unsigned long flags;
    void* before_iterate[5];
    PyObject* (*iterate)(PyObject*);
    void* before_bind[6];
    Ternary* bind;
    void* before_make[4];
    Ternary* make;  // a new object
};
static_assert(offsetof(Type, place_of_vectorcall) == 56 && offsetof(Type, sequence) == 104 && offsetof(Type, call) == 128);
static_assert(offsetof(Type, buffer) == 160 && offsetof(Type, iterate) == 216 && offsetof(Type, bind) == 272 && offsetof(Type, make) == 312);

}  // namespace doublet::detail

#endif
