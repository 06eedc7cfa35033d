// Memory that C++ frees while Python's arrays look at it: it is kept until the last of them is gone.
//
// Cells, and libraries that they load, free memory by the functions here, cells also that of `malloc`, which Eigen's matrices
// have theirs from. Where nothing of a block is looked at, these are what `operator delete` is otherwise; where something is,
// the block is kept as it is, and told of as left.
#include "views.hpp"

#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>

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
#include <utility>
#include <vector>

#include "imports.hpp"

namespace doublet::detail {

namespace {

using Address = std::uintptr_t;

// For what is changed under the lock, and so may not be freed by the functions here.
template <class T>
struct Plain {
    using value_type = T;
    Plain() = default;
    template <class Other>
    Plain(const Plain<Other>&) {}
    T* allocate(std::size_t count) {
        if (auto* place = std::malloc(count * sizeof(T))) return static_cast<T*>(place);
        throw std::bad_alloc();
    }
    void deallocate(T* place, std::size_t) { std::free(place); }
    template <class Other>
    bool operator==(const Plain<Other>&) const { return true; }
    template <class Other>
    bool operator!=(const Plain<Other>&) const { return false; }
};
using Sizes = std::map<Address, std::size_t, std::less<>, Plain<std::pair<const Address, std::size_t>>>;

struct Views {
    Sizes counts;                                  // how many views begin at an address
    Sizes left;                                    // sizes of the blocks that C++ has freed
    std::vector<Address, Plain<Address>> untold;  // where views of those begin, until somebody has asked
};

// Always kept: memory is freed while the process ends.
Views& all() {
    static auto* views = new Views;
    return *views;
}
std::mutex lock;
std::atomic<std::size_t> watched = 0;
// All views begin in this range, so that most of what is freed need not be looked up.
std::atomic<Address> lowest = 0, highest = 0;

bool is_looked_at(Address block, std::size_t size) {
    const auto first = all().counts.lower_bound(block);
    return first != all().counts.end() && first->first - block < size;
}

void set_range() {
    const auto& counts = all().counts;
    lowest = counts.empty() ? 0 : counts.begin()->first;
    highest = counts.empty() ? 0 : counts.rbegin()->first;
}

// Whether a block that C++ frees has to be kept.
bool keep(void* block) {
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
    const auto& counts = all().counts;
    for (auto view = counts.lower_bound(at); view != counts.end() && view->first - at < size; ++view) all().untold.push_back(view->first);
    return true;
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
    return dlsym(library, name);
}

void keep_for_views(const link_map* library) { replace(library, std::begin(functions), std::end(functions)); }

}  // namespace doublet::detail

// Has all libraries that are there keep memory for views: Cling calls what it finds in them, rather than compile it again.
extern "C" void doublet_views() {
    using namespace doublet::detail;
    pthread_atfork([] { lock.lock(); }, [] { lock.unlock(); }, [] { lock.unlock(); });  // a child has one thread only
    for (const link_map* library = _r_debug.r_map; library; library = library->l_next) keep_for_views(library);
}

// Notes a view that begins at an address of C++.
extern "C" void doublet_view(std::uintptr_t at) {
    using namespace doublet::detail;
    const std::lock_guard guard(lock);
    ++all().counts[at];
    ++watched;
    set_range();
}

// Notes that such a view is gone, and frees what was kept for it.
extern "C" void doublet_end_view(std::uintptr_t at) {
    using namespace doublet::detail;
    void* freed = nullptr;
    {
        const std::lock_guard guard(lock);
        auto& counts = all().counts;
        --watched;
        if (--counts[at] == 0) counts.erase(at);
        set_range();
        auto& left = all().left;
        auto block = left.upper_bound(at);
        if (block != left.begin() && at - (--block)->first < block->second && !is_looked_at(block->first, block->second)) {
            freed = reinterpret_cast<void*>(block->first);
            left.erase(block);
        }
    }
    std::free(freed);
}

// Whether C++ has freed the memory at an address of a view.
extern "C" bool doublet_is_left(std::uintptr_t at) {
    using namespace doublet::detail;
    const std::lock_guard guard(lock);
    auto& left = all().left;
    auto block = left.upper_bound(at);
    return block != left.begin() && at - (--block)->first < block->second;
}

// Writes where views begin of which C++ has freed the memory since this was asked last; returns how many, at most `most`.
extern "C" std::size_t doublet_left_views(std::uintptr_t* into, std::size_t most) {
    using namespace doublet::detail;
    const std::lock_guard guard(lock);
    auto& untold = all().untold;
    std::size_t count = 0;
    for (; count < most && !untold.empty(); untold.pop_back()) into[count++] = untold.back();
    return count;
}
