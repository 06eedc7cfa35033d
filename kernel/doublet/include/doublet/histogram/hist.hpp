// doublet::hist: a histogram of Python's, a hist.Hist, that C++ fills in place.
#ifndef DOUBLET_HISTOGRAM_HIST_HPP
#define DOUBLET_HISTOGRAM_HIST_HPP

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "alone.hpp"
#include "axis.hpp"
#include "event.hpp"
#include "fill.hpp"
#include "growing.hpp"
#include "json.hpp"
#include "python.hpp"

namespace doublet {

template <class Histogram, class Mode>
class threaded;

namespace detail {

// Where Python's description is of a histogram that it lends to C++ under a name.
struct described {
    std::uintptr_t address;
};

template <class Storage, class... Axes>
class histogram : noted {
    using filler_type = filler<typename Storage::cell, typename Axes::bins...>;
    using check = filled<Storage, typename Axes::bins...>;
    static constexpr auto all = std::make_index_sequence<sizeof...(Axes)>();

public:
    using storage_type = Storage;
    using cell = typename Storage::cell;

    // One that cannot be filled until another is assigned to it.
    histogram() = default;
    explicit histogram(const std::string& json) : histogram(make_histogram(json)) {}
    explicit histogram(described from) : is_lent_(true) { read(description(reinterpret_cast<const void*>(from.address))); }
    ~histogram() { drop(); }

    histogram(const histogram& other) : histogram(other.python_ ? copy_histogram(other.python_) : nullptr) {}
    histogram(histogram&& other) noexcept : histogram() { take(other); }  // so that a vector that grows moves them
    // What Python has lent stays Python's: it gets the contents of the other, which has to have the same axes.
    histogram& operator=(const histogram& other) {
        if (!is_lent_) return *this = histogram(other);
        if (this == &other) return *this;
        assign_histogram(python_, other.python_);
        look();
        return *this;
    }
    histogram& operator=(histogram&& other) {
        if (is_lent_) return *this = std::as_const(other);
        if (this == &other) return *this;
        drop();
        take(other);
        return *this;
    }

    // One entry: a value for each axis, and perhaps doublet::weight(w) and doublet::sample(x).
    template <class... Arguments>
    DOUBLET_INLINE void operator()(const Arguments&... arguments) {
        if constexpr (check::template with<Arguments...>()) {
            note<Arguments...>();
            fill_entry(filler_, arguments...);
        }
    }
    // An entry for each element of the ranges among the arguments; what is no range holds for all of them.
    template <class... Arguments>
    void fill(const Arguments&... arguments) {
        if constexpr (check::template with<one_of<Arguments>...>()) {
            note<Arguments...>();
            if constexpr (filler_type::grows) {
                fill_each([&](const auto&... one) __attribute__((always_inline)) { fill_entry(filler_, one...); }, arguments...);
            } else {
                const filler_type local = filler_;  // in registers, for no cell can be a part of it
                fill_each([&](const auto&... one) __attribute__((always_inline)) { fill_entry(local, one...); }, arguments...);
            }
        }
    }

    // Adds an event to the fingerprint of the bin for these values; the histogram is what doublet.fingerprint(h) gives in Python.
    template <class... Values>
    DOUBLET_INLINE void mark(const event_id& event, const Values&... values) {
        static_assert(std::is_same_v<Storage, storage::int64>, "this histogram is filled with entries: events are marked in what doublet.fingerprint(h) gives");
        if constexpr (std::is_same_v<Storage, storage::int64> && check::template with<Values...>()) {
            if (filler_.is_empty()) has_no_axes();
            if (cell* found = filler_.find(filler_.origin(), all, values...)) *found ^= static_cast<cell>(event.hash());
        }
    }

    // Empties all bins; what has grown keeps its bins.
    void reset() {
        if (!python_) has_no_axes();
        reset_histogram(python_);
        alone_.forget();
        look();
    }

    // The content of a bin: -1 is the underflow, the size of the axis the overflow. Throws std::out_of_range.
    template <class... Index>
    const cell& at(Index... index) const {
        static_assert(sizeof...(Index) == sizeof...(Axes), "a bin has one index for each axis");
        const cell* found = filler_.is_empty() ? nullptr : filler_.at(all, {static_cast<int>(index)...});
        if (!found) throw std::out_of_range("the histogram has no bin at this index");
        return *found;
    }
    template <std::size_t Number = 0>
    const auto& axis() const {
        return std::get<Number>(filler_.bins());
    }
    static constexpr std::size_t rank() { return sizeof...(Axes); }

    // What Python says of it in a line, also where an object shows its members.
    friend std::ostream& operator<<(std::ostream& to, const histogram& from) {
        return to << (from.python_ ? text_of_histogram(from.python_) : "a histogram without axes");
    }

private:
    template <class Histogram, class Mode>
    friend class doublet::threaded;

    // In a storage without variances, hist has to know when the sums are not those.
    template <class... Arguments>
    DOUBLET_INLINE void note() {
        if constexpr (places<Arguments...>::weights != 0 && std::is_same_v<Storage, storage::double_>)
            if (const unsigned now = forgotten_weights.load(std::memory_order_relaxed); weighted_ != now && python_)
                note_weights(python_), weighted_ = now;
    }
    const filler_type& lines() const { return filler_; }

    explicit histogram(struct _object* made) {
        hold(made);
        if (python_) look();
    }

    // What Python's histogram has come to: its axes, and where its cells are.
    void look() { read(description(describe_histogram(python_).data())); }
    void read(description from) {
        hold(from.address<struct _object>());
        cell* cells = from.address<cell>();
        memory_.read(from);
        filler_.read(from);
        filler_.put(cells);
    }

    template <class... Arguments>
    DOUBLET_INLINE void fill_entry(const filler_type& filler, const Arguments&... arguments) {
        const entry_of<Arguments...> entry(arguments...);
        if constexpr (!Storage::is_atomic && !filler_type::grows) alone_.enter();
        if (filler.is_empty()) has_no_axes();
        if constexpr (filler_type::grows) {
            const filling_alone alone(memory_);
            if (memory_.has_moved()) look();
            if (is_outgrown(filler, entry, all)) {
                fill_histogram(python_, entry_json(entry, all));
                return look();
            }
        }
        fill_one<Storage, false>(filler, entry, all);
    }

    void take(histogram& other) {
        if (other.is_lent_) {
            hold_histogram(other.python_);
            filler_ = other.filler_;
        } else {
            filler_ = std::move(other.filler_);
        }
        hold(other.python_);
        weighted_ = other.weighted_;
        memory_ = other.memory_;
        if (!other.is_lent_) other.forget();
    }
    void drop() {
        struct _object* python = python_;
        forget();
        if (python && !is_lent_) release_histogram(python);
    }
    void hold(struct _object* python) {
        if (python == python_) return;
        python_ = python;
        note_filler(this, python_);
    }
    void forget() {
        hold(nullptr);
        filler_ = filler_type();
    }

    struct _object* python_ = nullptr;
    bool is_lent_ = false;  // by Python, which keeps it as long as C++ knows its name
    unsigned weighted_ = 0;  // what forgotten_weights was when hist has been told that there are weights
    growing<filler_type::grows> memory_;
    filler_type filler_;
    one_at_a_time alone_;
};

// The histogram of axes, and of a storage behind them if it is not double_.
template <class Done, class... Rest>
struct split;
template <class... Axes>
struct split<std::tuple<Axes...>> {
    using type = histogram<storage::double_, Axes...>;
};
template <class Done, class Storage, class... Behind>
struct stored;
template <class... Axes, class Storage, class... Behind>
struct stored<std::tuple<Axes...>, Storage, Behind...> {
    static_assert(sizeof...(Behind) == 0, "a histogram has one storage, behind its axes");
    using type = histogram<Storage, Axes...>;
};
template <class... Axes, class Part, class... Rest>
struct split<std::tuple<Axes...>, Part, Rest...>
    : std::conditional_t<std::is_base_of_v<storage::any, Part>, stored<std::tuple<Axes...>, Part, Rest...>, split<std::tuple<Axes..., Part>, Rest...>> {};

}  // namespace detail

// A histogram with these axes, and at their end perhaps a storage: doublet::hist(doublet::axis::regular(50, 0, 1, "x"),
// doublet::storage::weighted()). To Python, it is a hist.Hist.
template <class... Parts>
class hist : public detail::split<std::tuple<>, Parts...>::type {
    using base = typename detail::split<std::tuple<>, Parts...>::type;

public:
    hist() = default;
    explicit hist(const Parts&... parts) : base(detail::hist_json(parts...)) {}
    explicit hist(detail::described from) : base(from) {}
};

namespace detail {

// A smart pointer to an object that fills what another one does, and keeps it; null if it points to what is not of that type.
template <class Pointer, class Histogram>
Pointer pointing(Histogram& lent) {
    if constexpr (std::is_same_v<std::remove_const_t<typename Pointer::element_type>, Histogram>) return Pointer(new Histogram(std::move(lent)));
    else return {};
}

}  // namespace detail

}  // namespace doublet

#endif
