// A histogram with an axis that grows: an entry that makes it grow is Python's to fill, and the cells are elsewhere then.
#ifndef DOUBLET_HISTOGRAM_GROWING_HPP
#define DOUBLET_HISTOGRAM_GROWING_HPP

#include <pthread.h>

#include <cstdint>
#include <stdexcept>

#include "description.hpp"

namespace doublet::detail {

template <bool Grows>
struct growing {
    void read(description& from) { from.integer(); }
};

// Watches boost-histogram's std::vector of cells, which Python may have made grow as well.
template <>
class growing<true> {
public:
    void read(description& from) {
        ends_ = from.address<const std::uintptr_t>();
        first_ = ends_[0];
        last_ = ends_[1];
    }
    bool has_moved() const { return ends_[0] != first_ || ends_[1] != last_; }

private:
    friend class filling_alone;

    const std::uintptr_t* ends_ = nullptr;  // of the vector: its first element, and behind its last
    std::uintptr_t first_ = 0, last_ = 0;
    std::uintptr_t thread_ = 0;  // that fills it now
};

// Throws std::logic_error where two threads fill a growing histogram at once: one could write where the cells were.
class filling_alone {
public:
    explicit filling_alone(growing<true>& memory) : thread_(memory.thread_) {
        const auto own = static_cast<std::uintptr_t>(pthread_self());
        std::uintptr_t other = 0;
        if (!__atomic_compare_exchange_n(&thread_, &other, own, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED) && other != own)
            throw std::logic_error("two threads fill a histogram with a growing axis at once: give its axes all their bins from the beginning, or fill it in one thread");
    }
    ~filling_alone() { __atomic_store_n(&thread_, 0, __ATOMIC_RELEASE); }
    filling_alone(const filling_alone&) = delete;
    filling_alone& operator=(const filling_alone&) = delete;

private:
    std::uintptr_t& thread_;
};

}  // namespace doublet::detail

#endif
