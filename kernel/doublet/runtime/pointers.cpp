// What Python may do with a pointer to numbers, of which nobody knows how many follow: index it.
//
// cppyy takes it for as many as fit into two gigabytes, so that a loop would read on until the process ends. Its views of arrays,
// which do have an end, are the same as before.
#include <dlfcn.h>

#include <climits>
#include <initializer_list>

#include "python.hpp"
#include "type_layout.hpp"

namespace doublet::detail {

namespace {

// Of cppyy's LowLevelView.
struct View {
    PyObject head;
    struct {
        void *begin, *owner;
        long bytes, element;
        int is_read_only, rank;
        char* format;
        long *shape, *strides, *suboffsets;
        void* internal;
    } buffer;
};

constexpr int takes_bytes = 1;  // PyBUF_WRITABLE, without the flags that ask for a shape

PyObject* describe = nullptr;         // gives the sentence that refuses
PyObject* describe_object = nullptr;  // the same of an object, and None of one that stands for itself
Mapping original;
Buffer original_buffer;
PyObject* (*original_iterate)(PyObject*) = nullptr;

const View& as_view(PyObject* self) { return *reinterpret_cast<const View*>(self); }

// Whether cppyy has set a number of elements only for want of one.
bool is_endless(PyObject* self) {
    const View& view = as_view(self);
    if (!view.buffer.shape) return false;
    for (const int size : {1, 2, 4, 8, 16})
        if (view.buffer.shape[0] == INT_MAX / size) return true;
    return view.buffer.shape[0] < 0;
}

bool has_endless_rows(PyObject* self) {
    const View& view = as_view(self);
    for (int dimension = 1; view.buffer.shape && dimension < view.buffer.rank; ++dimension)
        if (view.buffer.shape[dimension] < 0) return true;
    return false;
}

void refuse(PyObject* self) {
    PyObject* told = PyObject_CallFunctionObjArgs(describe, self, nullptr);
    if (!told) return;
    PyErr_SetObject(PyExc_TypeError, told);
    Py_DecRef(told);
}

// A loop over an object that has no way through it goes by its operator[], as far as that does.
PyObject* iterate_object(PyObject* self) {
    PyObject* told = PyObject_CallFunctionObjArgs(describe_object, self, nullptr);
    if (!told) return nullptr;
    PyObject* found = told == &_Py_NoneStruct ? PySeqIter_New(self) : nullptr;
    if (told != &_Py_NoneStruct) PyErr_SetObject(PyExc_TypeError, told);
    Py_DecRef(told);
    return found;
}

bool is_refused(PyObject* self) {
    if (!is_endless(self)) return false;
    refuse(self);
    return true;
}

// Of a pointer only what follows it can be meant, and one at a time.
bool is_refused(PyObject* self, PyObject* index) {
    if (!is_endless(self)) return false;
    int overflow = 0;
    const bool is_number = PyObject_HasAttrString(index, "__index__");
    const long long number = is_number ? PyLong_AsLongLongAndOverflow(index, &overflow) : 0;
    if (is_number && number >= 0 && overflow == 0) return false;
    PyErr_Clear();
    refuse(self);
    return true;
}

long length(PyObject* self) { return is_refused(self) ? -1 : original.length(self); }
PyObject* iterate(PyObject* self) { return is_refused(self) ? nullptr : original_iterate(self); }
PyObject* item(PyObject* self, PyObject* index) { return is_refused(self, index) ? nullptr : original.item(self, index); }
int set_item(PyObject* self, PyObject* index, PyObject* value) { return is_refused(self, index) ? -1 : original.set_item(self, index, value); }
int contains(PyObject* self, PyObject* value) {
    PyObject* all = iterate(self);
    const int found = all ? PySequence_Contains(all, value) : -1;
    if (all) Py_DecRef(all);
    return found;
}

// np.frombuffer(pointer, type, count) says how many there are, and asks for bytes.
int get_buffer(PyObject* self, void* buffer, int flags) {
    if ((flags & ~takes_bytes) == 0 || !(is_endless(self) || has_endless_rows(self))) return original_buffer.get(self, buffer, flags);
    refuse(self);
    return -1;
}

}  // namespace
}  // namespace doublet::detail

// Has pointers of cppyy's library at a path refuse what needs an end, with the sentences that functions of Python's give;
// the result is their class, and None if the library is not as known here.
extern "C" PyObject* doublet_pointers(const char* path, PyObject* description, PyObject* description_of_object) {
    using namespace doublet::detail;
    void* library = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
    auto* type = library ? static_cast<Type*>(dlsym(library, "_ZN8CPyCppyy17LowLevelView_TypeE")) : nullptr;
    auto* found = reinterpret_cast<PyObject*>(type);
    if (!type || !type->sequence || !type->mapping || !type->buffer || !type->iterate) found = &_Py_NoneStruct;
    Py_IncRef(found);
    if (found == &_Py_NoneStruct) return found;
    Py_IncRef(description);
    Py_IncRef(description_of_object);
    describe = description;
    describe_object = description_of_object;
    original = *type->mapping;
    original_buffer = *type->buffer;
    original_iterate = type->iterate;
    *type->mapping = {length, item, set_item};
    type->sequence->length = length;
    type->sequence->contains = contains;
    type->buffer->get = get_buffer;
    type->iterate = iterate;
    return found;
}

// Has objects of a class of cppyy's that are pointers to pointers, or have no end, refuse loops. A class that derives from it does not
// inherit that, so that cppyy gives it what its own begin() and end() make possible.
extern "C" void doublet_end_loops(PyObject* cls) {
    auto* type = reinterpret_cast<doublet::detail::Type*>(cls);
    if (!type->iterate) type->iterate = doublet::detail::iterate_object;
}
