// How far a loop is, shown while it runs:
//
//     for (const auto& event : doublet::progress(events, "Events")) fill(event);
//     for (auto i : doublet::progress(1'000'000)) step(i);
//
// or by hand, also from several threads: doublet::Progress bar(total, "Events"); ... bar.advance();
#ifndef DOUBLET_PROGRESS_HPP
#define DOUBLET_PROGRESS_HPP

#include <atomic>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>

namespace doublet {

// A line on stderr, drawn a few times a second at most; its destruction draws it a last time and ends it.
class Progress {
public:
    // With a total of 0, which stands for one that is not known, only counts.
    explicit Progress(std::size_t total = 0, std::string label = "");
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void advance(std::size_t steps = 1) {
        const std::size_t done = done_.fetch_add(steps, std::memory_order_relaxed) + steps;
        if (done >= next_look_.load(std::memory_order_relaxed)) look(done);
    }

    // After how many more steps it looks at the clock.
    std::size_t pause() const {
        const std::size_t done = done_.load(std::memory_order_relaxed), next = next_look_.load(std::memory_order_relaxed);
        return next > done ? next - done : 1;
    }

private:
    using Clock = std::chrono::steady_clock;

    void look(std::size_t done);
    void draw(std::size_t done, double seconds) const;

    const std::size_t total_;
    const std::string label_;
    const Clock::time_point begun_;
    std::atomic<std::size_t> done_{0};
    std::atomic<std::size_t> next_look_{1};
    std::atomic<double> last_drawn_{0};  // seconds after the beginning
};

namespace detail {

template <class Range>
class Tracked {
    using Iterator = decltype(std::begin(std::declval<Range&>()));
    using End = decltype(std::end(std::declval<Range&>()));

public:
    class iterator {
    public:
        iterator(Iterator at, Tracked* of) : at_(std::move(at)), of_(of) {}
        decltype(auto) operator*() const { return *at_; }
        iterator& operator++() {
            ++at_;
            if (++of_->steps_ >= of_->pause_) of_->tell();
            return *this;
        }
        bool operator!=(const End& end) const { return at_ != end; }

    private:
        Iterator at_;
        Tracked* of_;
    };

    Tracked(Range&& range, std::size_t size, std::string label)
        : range_(std::forward<Range>(range)), bar_(size, std::move(label)) {}
    ~Tracked() { tell(); }
    iterator begin() { return {std::begin(range_), this}; }
    End end() { return std::end(range_); }

private:
    void tell() {
        bar_.advance(std::exchange(steps_, 0));
        pause_ = bar_.pause();
    }

    Range range_;
    Progress bar_;
    std::size_t steps_ = 0, pause_ = 1;  // its own count, for that of the bar is slower
};

template <class Integer>
class Count {
public:
    class iterator {
    public:
        explicit iterator(Integer at) : at_(at) {}
        Integer operator*() const { return at_; }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator!=(const iterator& other) const { return at_ != other.at_; }

    private:
        Integer at_;
    };

    explicit Count(Integer size) : size_(size) {}
    iterator begin() const { return iterator(Integer{0}); }
    iterator end() const { return iterator(size_); }

private:
    Integer size_;
};

template <class Range>
auto size_of(const Range& range, int) -> decltype(static_cast<std::size_t>(std::size(range))) {
    return std::size(range);
}
template <class Range>
std::size_t size_of(const Range&, long) {
    return 0;
}

}  // namespace detail

// The elements of a range, or the numbers from 0 to a number; an object that is not a variable is kept.
template <class Range>
auto progress(Range&& range, std::string label = "") {
    if constexpr (std::is_integral_v<std::decay_t<Range>>) {
        using Numbers = detail::Count<std::decay_t<Range>>;
        const auto size = range > 0 ? range : Range{0};
        return detail::Tracked<Numbers>(Numbers(size), static_cast<std::size_t>(size), std::move(label));
    } else {
        const std::size_t size = detail::size_of(range, 0);
        return detail::Tracked<Range>(std::forward<Range>(range), size, std::move(label));
    }
}

}  // namespace doublet

#endif
