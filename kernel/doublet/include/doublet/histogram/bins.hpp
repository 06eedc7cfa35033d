// The bins of an axis. Their arithmetic is Boost.Histogram's (boost/histogram/axis/*.hpp), to the last bit, so that C++
// and Python put every value, also NaN and one on an edge, into the same bin.
//
// `index(x)` is -1 for a value below the first bin and `size()` for one that is in none of the others: `filler` knows
// whether there is a bin for them. Whether a value would make an axis grow is told by `outgrown(x)`; Python lets it grow.
#ifndef DOUBLET_HISTOGRAM_BINS_HPP
#define DOUBLET_HISTOGRAM_BINS_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "description.hpp"
#include "numbers.hpp"
#include "option.hpp"

// A loop that fills has to be one piece of code: Clang would call these otherwise, which takes longer than what they do.
#define DOUBLET_INLINE __attribute__((always_inline)) inline

namespace doublet::detail {

enum kind { reals, integers, texts };

// Whether bins can be filled with a value of this type.
template <class Bins, class Value>
inline constexpr bool takes = Bins::filled_with == reals      ? std::is_arithmetic_v<Value>
                              : Bins::filled_with == integers ? std::is_integral_v<Value>
                                                              : std::is_convertible_v<const Value&, std::string_view>;

template <unsigned Options, kind Kind>
struct bins {
    static constexpr kind filled_with = Kind;
    static constexpr bool has_underflow = axis::option::detail::has(Options, 1);
    static constexpr bool has_overflow = axis::option::detail::has(Options, 2);
    static constexpr bool is_circular = axis::option::detail::has(Options, 4);
    static constexpr bool grows = axis::option::detail::has(Options, 8);
};

template <class Transform, unsigned Options>
class regular_bins : public bins<Options, reals> {
    using base = bins<Options, reals>;

public:
    void read(description& from) {
        transform_.read(from);
        size_ = static_cast<int>(from.integer());
        real_size_ = size_;
        min_ = from.real();
        delta_ = from.real();
    }
    DOUBLET_INLINE int size() const { return size_; }

    DOUBLET_INLINE int index(double x) const {
        double z = place(x);
        if constexpr (base::is_circular) {
            if (!std::isfinite(z)) return size_;
            z -= std::floor(z);
            return static_cast<int>(z * real_size_);
        } else {
            if (z < 1) return z >= 0 ? static_cast<int>(z * real_size_) : -1;
            if (!base::has_overflow && z == 1) return size_ - 1;
            return size_;
        }
    }
    bool outgrown(double x) const {
        const double z = place(x);
        return (z < 0 || z >= 1) && !std::isinf(z);
    }

private:
    DOUBLET_INLINE double place(double x) const { return (transform_.forward(x) - min_) / delta_; }

    Transform transform_;
    double min_ = 0, delta_ = 1;
    double real_size_ = 0;  // not converted for every value
    int size_ = 0;
};

template <unsigned Options>
class variable_bins : public bins<Options, reals> {
    using base = bins<Options, reals>;

public:
    void read(description& from) {
        edges_.resize(static_cast<std::size_t>(from.integer()));
        for (double& edge : edges_) edge = from.real();
        lay_grid();
    }
    DOUBLET_INLINE int size() const { return static_cast<int>(edges_.size()) - 1; }

    DOUBLET_INLINE int index(double x) const {
        if constexpr (base::is_circular) {
            const double first = edges_.front(), range = edges_.back() - first;
            x -= std::floor((x - first) / range) * range;
        }
        if (!base::has_overflow && x == edges_.back()) return size() - 1;
        return not_above(x) - 1;
    }
    bool outgrown(double x) const { return std::isfinite(x) && !(x >= edges_.front() && x < edges_.back()); }

private:
    // How many edges are not above a value, as std::upper_bound finds it. A grid of equal cells says where to look: what is in
    // an earlier cell than the value is below it, for neither step to a cell's number ever reverses an order.
    DOUBLET_INLINE int not_above(double x) const {
        const auto first = edges_.begin();
        if (!(x >= edges_.front())) return x < edges_.front() ? 0 : static_cast<int>(edges_.size());
        if (!(x < edges_.back())) return static_cast<int>(edges_.size());
        const std::size_t cell = cell_of(x);
        return static_cast<int>(std::upper_bound(first + before_[cell], first + before_[cell + 1], x) - first);
    }
    DOUBLET_INLINE std::size_t cell_of(double x) const { return scale_ > 0 ? static_cast<std::size_t>((x - edges_.front()) * scale_) : 0; }

    void lay_grid() {
        constexpr std::size_t in_a_bin = 2;
        const std::size_t cells = in_a_bin * edges_.size();
        scale_ = static_cast<double>(cells) / (edges_.back() - edges_.front());
        if (!std::isnormal(scale_)) scale_ = 0;  // one cell for all
        before_.assign(cells + 2, 0);
        for (const double edge : edges_) ++before_[cell_of(edge) + 1];
        std::partial_sum(before_.begin(), before_.end(), before_.begin());
    }

    std::vector<double> edges_;
    std::vector<int> before_;  // for each cell, how many edges are in those before it
    double scale_ = 0;         // cells in a unit
};

template <unsigned Options>
class integer_bins : public bins<Options, integers> {
    using base = bins<Options, integers>;

public:
    void read(description& from) {
        size_ = static_cast<int>(from.integer());
        min_ = from.integer();
    }
    DOUBLET_INLINE int size() const { return size_; }

    // In 64 bits, where Boost.Histogram's 32 overflow and take the largest integers for the smallest.
    template <class V>
    DOUBLET_INLINE int index(V x) const {
        const double z = static_cast<double>(whole(x)) - static_cast<double>(min_);
        if constexpr (base::is_circular) return static_cast<int>(z - std::floor(z / size_) * size_);
        else return z < size_ ? (z >= 0 ? static_cast<int>(z) : -1) : size_;
    }
    template <class V>
    bool outgrown(V x) const {
        const int at = index(x);
        return at < 0 || at >= size_;
    }

private:
    int size_ = 0;
    std::int64_t min_ = 0;
};

template <unsigned Options>
class int_category_bins : public bins<Options, integers> {
public:
    void read(description& from) {
        values_.resize(static_cast<std::size_t>(from.integer()));
        for (std::int64_t& value : values_) value = from.integer();
    }
    DOUBLET_INLINE int size() const { return static_cast<int>(values_.size()); }

    template <class V>
    DOUBLET_INLINE int index(V x) const {
        return static_cast<int>(std::find(values_.begin(), values_.end(), whole(x)) - values_.begin());
    }
    template <class V>
    bool outgrown(V x) const {
        return index(x) == size();
    }

private:
    std::vector<std::int64_t> values_;
};

template <unsigned Options>
class str_category_bins : public bins<Options, texts> {
public:
    void read(description& from) {
        values_.resize(static_cast<std::size_t>(from.integer()));
        for (std::string& value : values_) value = from.text();
    }
    DOUBLET_INLINE int size() const { return static_cast<int>(values_.size()); }

    DOUBLET_INLINE int index(std::string_view x) const { return static_cast<int>(std::find(values_.begin(), values_.end(), x) - values_.begin()); }
    bool outgrown(std::string_view x) const { return index(x) == size(); }

private:
    std::vector<std::string> values_;
};

struct boolean_bins : bins<0, integers> {
    void read(description&) {}
    static constexpr int size() { return 2; }

    template <class V>
    DOUBLET_INLINE int index(V x) const {
        return x == 0 ? 0 : 1;
    }
    template <class V>
    bool outgrown(V) const {
        return false;
    }
};

}  // namespace doublet::detail

#endif
