// One histogram that several threads fill.
#ifndef DOUBLET_HISTOGRAM_THREADED_HPP
#define DOUBLET_HISTOGRAM_THREADED_HPP

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "fill.hpp"
#include "hist.hpp"
#include "threads.hpp"

namespace doublet {

// Each thread fills a copy of its own, and the copies are added up: the fastest, for any storage.
struct by_copies {};
// All threads add to the same bins, one at a time in each: no memory is needed, but bins that many fill are slow.
struct by_atomics {};

// doublet::threaded fill(h), or (h, doublet::by_atomics()) for the other way: any thread may then call fill(x) or fill.fill(range),
// with what h itself takes. Each bin ends with the same entries, whichever way; sums of weights may be rounded otherwise, as
// in another order. What has been filled is all in h, and Python told of weights, after merge(), which the end of its life
// calls as well. By then, the threads have to be done.
template <class Histogram, class Mode = by_copies>
class threaded {
    using storage = typename Histogram::storage_type;
    using filler_type = typename Histogram::filler_type;
    using check = typename Histogram::check;
    static constexpr bool is_atomic = std::is_same_v<Mode, by_atomics>;
    static constexpr auto all = std::make_index_sequence<filler_type::rank>();
    static_assert(!filler_type::grows, "a histogram with a growing axis is filled by one thread: give its axes all their bins from the beginning");
    static_assert(!is_atomic || storage::can_be_atomic, "means cannot be added to by several threads at once: use doublet::threaded without doublet::by_atomics()");

    // What a thread fills on its own.
    struct part {
        explicit part(const filler_type& of) : filler(of), cells(of.size()) { filler.put(cells.data()); }
        filler_type filler;
        std::vector<typename storage::cell> cells;
    };

public:
    explicit threaded(Histogram& histogram, Mode = {}) : histogram_(histogram) {
        if (histogram.lines().is_empty()) detail::has_no_axes();
    }
    ~threaded() { merge(); }
    threaded(const threaded&) = delete;
    threaded& operator=(const threaded&) = delete;

    template <class... Arguments>
    DOUBLET_INLINE void operator()(const Arguments&... arguments) {
        if constexpr (check::template with<Arguments...>()) {
            note<Arguments...>();
            detail::fill_one<storage, is_atomic>(own(), detail::entry_of<Arguments...>(arguments...), all);
        }
    }
    template <class... Arguments>
    void fill(const Arguments&... arguments) {
        if constexpr (check::template with<detail::one_of<Arguments>...>()) {
            note<Arguments...>();
            const filler_type local = own();
            detail::fill_each(
                [&](const auto&... one) __attribute__((always_inline)) {
                    detail::fill_one<storage, is_atomic>(local, detail::entry_of<std::decay_t<decltype(one)>...>(one...), all);
                },
                arguments...);
        }
    }

    void merge() {
        const std::lock_guard lock(mutex_);
        const filler_type& to = histogram_.lines();
        for (const auto& part : parts_) {
            for (std::size_t number = 0; number < to.size(); ++number) storage::merge(to.cells()[number], part->cells[number]);
            part->cells.assign(to.size(), {});
        }
        if (is_weighted_.exchange(false)) histogram_.template note<detail::weighting<double>>();
    }

private:
    const filler_type& own() {
        if constexpr (is_atomic) return histogram_.lines();
        else return own_part().filler;
    }
    part& own_part() {
        std::atomic<part*>& known = by_thread_[detail::thread_number()];
        part* found = known.load(std::memory_order_acquire);
        return found ? *found : *new_part(known);
    }
    part* new_part(std::atomic<part*>& known) {
        auto made = std::make_unique<part>(histogram_.lines());
        part* found = made.get();
        const std::lock_guard lock(mutex_);
        parts_.push_back(std::move(made));
        known.store(found, std::memory_order_release);
        return found;
    }
    template <class... Arguments>
    DOUBLET_INLINE void note() {
        if constexpr (detail::places<Arguments...>::weights != 0) is_weighted_.store(true, std::memory_order_relaxed);
    }

    Histogram& histogram_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<part>> parts_;
    std::array<std::atomic<part*>, detail::most_threads> by_thread_{};
    std::atomic<bool> is_weighted_ = false;
};

}  // namespace doublet

#endif
