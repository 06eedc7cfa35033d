// Memory that C++ frees while Python's arrays and objects look at it: it is kept until the last of them is gone.
//
// Cells, and libraries that they load, free memory by the functions here, cells also that of `malloc`, which Eigen's matrices
// have theirs from. Where nothing of a block is looked at, these are what `operator delete` is otherwise; where something is,
// the block is kept as it is, and told of as left.
#include "views.hpp"

#include <dlfcn.h>
#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <utility>
#include <vector>

#include "elements.hpp"
#include "forking.hpp"
#include "imports.hpp"
#include "opening.hpp"
#include "owned.hpp"
#include "plain.hpp"
#include "python.hpp"

namespace doublet::detail {

namespace {

using Address = std::uintptr_t;

using View = std::pair<Address, const void*>;  // where it begins, and Python's object for it
using Sizes = std::map<Address, std::size_t, std::less<>, Plain<std::pair<const Address, std::size_t>>>;

struct Views {
    std::set<View, std::less<>, Plain<View>> present;
    Sizes left;                             // sizes of the blocks that C++ has freed
    std::vector<View, Plain<View>> untold;  // the views of those, until somebody has asked
};

// Always kept: memory is freed while the process ends.
Views& all() {
    static auto* views = new Views;
    return *views;
}
ForkingMutex lock;
std::atomic<std::size_t> watched = 0;
std::atomic<bool> is_telling = false;  // whether Python has been asked to call
int (*ask_python)(int (*)(void*), void*) = nullptr;
int (*tell_python)(void*) = nullptr;
// All views begin in this range, so that most of what is freed need not be looked up.
std::atomic<Address> lowest = 0, highest = 0;

auto first_of(Address block) { return all().present.lower_bound({block, nullptr}); }

bool is_looked_at(Address block, std::size_t size) {
    const auto first = first_of(block);
    return first != all().present.end() && first->first - block < size;
}

// A pin has a small number in the place of Python's object.
bool is_pin(const View& view) { return reinterpret_cast<Address>(view.second) < 16; }

PyObject* as_object(const View& view) { return static_cast<PyObject*>(const_cast<void*>(view.second)); }

// The freed block in which an address is.
Sizes::iterator left_block(Address at) {
    auto& left = all().left;
    auto block = left.upper_bound(at);
    return block != left.begin() && at - (--block)->first < block->second ? block : left.end();
}

void set_range() {
    const auto& present = all().present;
    watched = present.size();
    lowest = present.empty() ? 0 : present.begin()->first;
    highest = present.empty() ? 0 : present.rbegin()->first;
}

// Has Python call as soon as it goes on, in any thread: it asks for what has been left then.
void tell() {
    if (ask_python && !is_telling.exchange(true) && ask_python(tell_python, nullptr) != 0) is_telling = false;
}

// Whether a block that C++ frees has to be kept for a view.
bool keep_for_view(void* block) {
    const auto at = reinterpret_cast<Address>(block);
    if (at > highest.load(std::memory_order_relaxed)) return false;
    const std::size_t size = malloc_usable_size(block);
    if (at + size <= lowest.load(std::memory_order_relaxed)) return false;
    std::unique_lock guard(lock);
    if (!is_looked_at(at, size)) return false;
    if (!all().left.emplace(at, size).second) {  // freed twice
        guard.unlock();  // for the cell ends here, and others go on
        std::abort();
    }
    const auto& present = all().present;
    for (auto view = first_of(at); view != present.end() && view->first - at < size; ++view)
        if (!is_pin(*view)) all().untold.push_back(*view);
    tell();
    return true;
}

// Whether it has to be kept at all.
bool keep(void* block) {
    const bool is_kept = keep_for_view(block);
    return (has_owned.load(std::memory_order_relaxed) && note_freed(block, is_kept)) || is_kept;
}

void free_block(void* block) {
    if (block && (watched.load(std::memory_order_relaxed) == 0 || !keep(block))) std::free(block);
}
void free_sized(void* block, std::size_t) { free_block(block); }
void free_aligned(void* block, std::align_val_t) { free_block(block); }
void free_sized_aligned(void* block, std::size_t, std::align_val_t) { free_block(block); }
void free_silently(void* block, const std::nothrow_t&) { free_block(block); }

// Moves a block that is looked at, and leaves the old one as it is.
void* reallocate(void* block, std::size_t size) {
    if (!block || watched.load(std::memory_order_relaxed) == 0) return std::realloc(block, size);
    const std::size_t before = malloc_usable_size(block);
    {
        const std::lock_guard guard(lock);
        if (!is_looked_at(reinterpret_cast<Address>(block), before)) return std::realloc(block, size);
    }
    void* moved = std::malloc(size);
    if (!moved) return nullptr;
    std::memcpy(moved, block, std::min(before, size));
    free_block(block);
    return moved;
}

// For cells only: libraries may be how Python frees its own memory.
const Replacement functions_of_cells[] = {
    {"free", reinterpret_cast<void*>(free_block)},
    {"realloc", reinterpret_cast<void*>(reallocate)},
};

Replacement functions[] = {
    {"_ZdlPv", reinterpret_cast<void*>(free_block)},
    {"_ZdaPv", reinterpret_cast<void*>(free_block)},
    {"_ZdlPvm", reinterpret_cast<void*>(free_sized)},
    {"_ZdaPvm", reinterpret_cast<void*>(free_sized)},
    {"_ZdlPvSt11align_val_t", reinterpret_cast<void*>(free_aligned)},
    {"_ZdaPvSt11align_val_t", reinterpret_cast<void*>(free_aligned)},
    {"_ZdlPvmSt11align_val_t", reinterpret_cast<void*>(free_sized_aligned)},
    {"_ZdaPvmSt11align_val_t", reinterpret_cast<void*>(free_sized_aligned)},
    {"_ZdlPvRKSt9nothrow_t", reinterpret_cast<void*>(free_silently)},
    {"_ZdaPvRKSt9nothrow_t", reinterpret_cast<void*>(free_silently)},
};

}  // namespace

void* symbol_for_cells(void* library, const char* name) {
    for (const auto& own : functions)
        if (std::strcmp(name, own.name) == 0) return own.function;
    for (const auto& own : functions_of_cells)
        if (std::strcmp(name, own.name) == 0) return own.function;
    if (void* own = opening_function(name)) return own;
    return dlsym(library, name);
}

void note_left(std::uintptr_t at, const void* view) {
    const std::lock_guard guard(lock);
    all().untold.push_back({at, view});
}

void tell_of_left() {
    if (tell_python && PyGILState_Check() && !PyErr_Occurred()) tell_python(nullptr);
    else tell();
}

void keep_for_views(const link_map* library) { replace(library, std::begin(functions), std::end(functions)); }

}  // namespace doublet::detail

// Has all libraries that are there keep memory for views: Cling calls what it finds in them, rather than compile it again.
// `ask` is Python's way to have a function called, `told` what is called when C++ has freed what somebody looks at.
extern "C" void doublet_views(int (*ask)(int (*)(void*), void*), int (*told)(void*)) {
    using namespace doublet::detail;
    ask_python = ask;
    tell_python = told;
    hold_while_forking<lock>();
    for (const link_map* library = _r_debug.r_map; library; library = library->l_next) keep_for_views(library);
}

namespace doublet::detail {

namespace {

// Notes a view, which is an object of Python's, that begins at an address of C++; returns whether that has been freed.
bool begin_view(Address at, const void* view) {
    const std::lock_guard guard(lock);
    all().present.emplace(at, view);
    set_range();
    return left_block(at) != all().left.end();
}

// Notes that it is gone, and frees what was kept for it.
void end_view(Address at, const void* view) {
    void* freed = nullptr;
    {
        const std::lock_guard guard(lock);
        all().present.erase({at, view});
        set_range();
        auto& untold = all().untold;
        untold.erase(std::remove(untold.begin(), untold.end(), View{at, view}), untold.end());
        const auto block = left_block(at);
        if (block != all().left.end() && !is_looked_at(block->first, block->second)) {
            freed = reinterpret_cast<void*>(block->first);
            all().left.erase(block);
        }
    }
    std::free(freed);
}

const void* number(int value) { return reinterpret_cast<const void*>(static_cast<std::intptr_t>(value)); }

// Functions for Python, which would take longer to call others than these take.
PyObject* begin(PyObject*, PyObject* const* arguments, long) {
    const auto at = PyLong_AsUnsignedLong(arguments[0]), size = PyLong_AsUnsignedLong(arguments[2]), whole = PyLong_AsUnsignedLong(arguments[3]);
    const PyObject* view = arguments[1];
    const bool is_there = !whole || add_element(at, view, size, whole, static_cast<int>(PyLong_AsUnsignedLong(arguments[4])), PyLong_AsUnsignedLong(arguments[5]));
    return PyBool_FromLong(begin_view(at, view) || !is_there);
}
// A view's `__del__`. If it were Python's code, another thread could run meanwhile, and be given the object that the view is of,
// which is going as well, for cppyy knows it by its address until the end.
PyObject* end(PyObject* view, PyObject* const*, long) {
    PyObject *at = PyObject_GetAttrString(view, "at"), *whole = PyObject_GetAttrString(view, "whole");
    if (!at || !whole) return nullptr;
    const Address begin = PyLong_AsUnsignedLong(at), around = PyLong_AsUnsignedLong(PyTuple_GetItem(whole, 0));
    if (around) remove_element(begin, view, around, static_cast<int>(PyLong_AsUnsignedLong(PyTuple_GetItem(whole, 1))));
    end_view(begin, view);
    Py_DecRef(at);
    Py_DecRef(whole);
    return PyBool_FromLong(true);
}

}  // namespace

void pin(std::uintptr_t at, int value) { begin_view(at, number(value)); }
void unpin(std::uintptr_t at, int value) { end_view(at, number(value)); }

}  // namespace doublet::detail

// Gives the class of views its `__del__`, which notes that one is gone, and makes a function of Python's that notes a view, given
// where it is, itself, the size of an array, and what add_element() wants of the whole, all 0 if there is none; it returns whether
// what is there has been freed or destroyed.
extern "C" PyObject* doublet_begin_view(PyObject* views) {
    static _method methods[] = {{"begin_view", doublet::detail::begin, METH_FASTCALL, nullptr}, {"__del__", doublet::detail::end, METH_FASTCALL, nullptr}};
    PyObject* end = PyDescr_NewMethod(views, &methods[1]);
    if (!end) return nullptr;
    const bool is_set = PyObject_SetAttrString(views, "__del__", end) == 0;
    Py_DecRef(end);
    return is_set ? PyCFunction_NewEx(&methods[0], nullptr, nullptr) : nullptr;
}

// A tuple of the views of which C++ has freed the memory since this was asked last. They are held before anything else is done, for
// to make a tuple may have Python drop others.
extern "C" PyObject* doublet_left_views() {
    using namespace doublet::detail;
    is_telling = false;
    std::vector<View, Plain<View>> untold;
    {
        const std::lock_guard guard(lock);
        untold.swap(all().untold);
    }
    for (const View& view : untold) Py_IncRef(as_object(view));
    PyObject* found = PyTuple_New(static_cast<long>(untold.size()));
    for (std::size_t number = 0; number < untold.size(); ++number) {
        if (found) PyTuple_SetItem(found, static_cast<long>(number), as_object(untold[number]));
        else Py_DecRef(as_object(untold[number]));
    }
    return found;
}
