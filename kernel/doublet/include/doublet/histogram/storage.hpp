// What a histogram keeps for each bin. The cells are boost-histogram's memory, and are filled by its formulas
// (boost/histogram/accumulators/weighted_sum.hpp, bh_python/accumulators/*mean.hpp) in the same order of operations.
#ifndef DOUBLET_HISTOGRAM_STORAGE_HPP
#define DOUBLET_HISTOGRAM_STORAGE_HPP

#include <cstdint>

#include "bins.hpp"

namespace doublet {

namespace detail {

// Adds to a number that other threads may add to at the same time.
inline void add_atomically(std::int64_t& to, std::int64_t value) { __atomic_fetch_add(&to, value, __ATOMIC_RELAXED); }
inline void add_atomically(double& to, double value) {
    double old;
    __atomic_load(&to, &old, __ATOMIC_RELAXED);
    for (double sum = old + value; !__atomic_compare_exchange(&to, &old, &sum, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED);) sum = old + value;
}

}  // namespace detail

namespace storage {

// What all of them are.
struct any {
    static constexpr bool is_atomic = false;  // whether threads may fill it together
};

// Sums of weights.
struct double_ : any {
    static constexpr const char* name = "Double";
    static constexpr bool takes_weights = true, takes_samples = false, can_be_atomic = true;
    using cell = double;

    DOUBLET_INLINE static void add(cell& to) { to += 1; }
    DOUBLET_INLINE static void add(cell& to, double weight) { to += weight; }
    DOUBLET_INLINE static void add_atomically(cell& to, double weight = 1) { detail::add_atomically(to, weight); }
    static void merge(cell& to, const cell& from) { to += from; }
};

// Numbers of entries.
struct int64 : any {
    static constexpr const char* name = "Int64";
    static constexpr bool takes_weights = false, takes_samples = false, can_be_atomic = true;
    using cell = std::int64_t;

    DOUBLET_INLINE static void add(cell& to) { ++to; }
    DOUBLET_INLINE static void add_atomically(cell& to) { detail::add_atomically(to, 1); }
    static void merge(cell& to, const cell& from) { to += from; }
};

// Numbers of entries, which threads may fill together.
struct atomic_int64 : any {
    static constexpr const char* name = "AtomicInt64";
    static constexpr bool is_atomic = true;
    static constexpr bool takes_weights = false, takes_samples = false, can_be_atomic = true;
    using cell = std::int64_t;

    DOUBLET_INLINE static void add(cell& to) { detail::add_atomically(to, 1); }
    DOUBLET_INLINE static void add_atomically(cell& to) { detail::add_atomically(to, 1); }
    static void merge(cell& to, const cell& from) { detail::add_atomically(to, from); }
};

// Sums of weights with their variances, the sums of squares.
struct weighted : any {
    static constexpr const char* name = "Weight";
    static constexpr bool takes_weights = true, takes_samples = false, can_be_atomic = true;
    struct cell {
        double value = 0, variance = 0;
    };

    DOUBLET_INLINE static void add(cell& to) { to.value += 1, to.variance += 1; }
    DOUBLET_INLINE static void add(cell& to, double weight) {
#pragma clang fp contract(off)
        to.value += weight;
        to.variance += weight * weight;
    }
    DOUBLET_INLINE static void add_atomically(cell& to, double weight = 1) {
        detail::add_atomically(to.value, weight);
        detail::add_atomically(to.variance, weight * weight);
    }
    static void merge(cell& to, const cell& from) { to.value += from.value, to.variance += from.variance; }
};

// Means of samples, with Welford's sums of squared deviations.
struct mean : any {
    static constexpr const char* name = "Mean";
    static constexpr bool takes_weights = true, takes_samples = true, can_be_atomic = false;
    struct cell {
        double count = 0, value = 0, squares = 0;
    };

    DOUBLET_INLINE static void add(cell& to, double weight, double sample) {
#pragma clang fp contract(off)
        to.count += weight;
        const double delta = sample - to.value;
        to.value += weight * delta / to.count;
        to.squares += weight * delta * (sample - to.value);
    }
    static void merge(cell& to, const cell& from) {
#pragma clang fp contract(off)
        if (from.count == 0) return;
        const double n1 = to.count, n2 = from.count, mu1 = to.value, mu2 = from.value;
        to.count += n2;
        to.value = (n1 * mu1 + n2 * mu2) / to.count;
        to.squares += from.squares;
        to.squares += n1 * (to.value - mu1) * (to.value - mu1) + n2 * (to.value - mu2) * (to.value - mu2);
    }
};

// The same with weighted samples, after West.
struct weighted_mean : any {
    static constexpr const char* name = "WeightedMean";
    static constexpr bool takes_weights = true, takes_samples = true, can_be_atomic = false;
    struct cell {
        double weights = 0, weights_squared = 0, value = 0, squares = 0;
    };

    DOUBLET_INLINE static void add(cell& to, double weight, double sample) {
#pragma clang fp contract(off)
        to.weights += weight;
        to.weights_squared += weight * weight;
        const double delta = sample - to.value;
        to.value += weight * delta / to.weights;
        to.squares += weight * delta * (sample - to.value);
    }
    static void merge(cell& to, const cell& from) {
#pragma clang fp contract(off)
        if (from.weights == 0) return;
        const double n1 = to.weights, n2 = from.weights, mu1 = to.value, mu2 = from.value;
        to.weights += n2;
        to.weights_squared += from.weights_squared;
        to.value = (n1 * mu1 + n2 * mu2) / to.weights;
        to.squares += from.squares;
        to.squares += n1 * (to.value - mu1) * (to.value - mu1) + n2 * (to.value - mu2) * (to.value - mu2);
    }
};

}  // namespace storage

}  // namespace doublet

#endif
