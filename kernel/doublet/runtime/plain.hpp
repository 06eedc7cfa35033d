// Allocation for what is changed while memory is freed, and so may not be freed by the functions that watch that.
#ifndef DOUBLET_RUNTIME_PLAIN_HPP
#define DOUBLET_RUNTIME_PLAIN_HPP

#include <cstddef>
#include <cstdlib>
#include <new>

namespace doublet::detail {

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

}  // namespace doublet::detail

#endif
