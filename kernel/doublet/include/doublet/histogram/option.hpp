// What an axis does with values that are in none of its bins: the names and bits are Boost.Histogram's.
#ifndef DOUBLET_HISTOGRAM_OPTION_HPP
#define DOUBLET_HISTOGRAM_OPTION_HPP

namespace doublet::axis::option {

template <unsigned Bits>
struct bits {
    static constexpr unsigned value = Bits;
};
template <unsigned A, unsigned B>
constexpr bits<(A | B)> operator|(bits<A>, bits<B>) {
    return {};
}

inline constexpr bits<0> none;       // such values are not counted
inline constexpr bits<1> underflow;  // a bin for those below
inline constexpr bits<2> overflow;   // a bin for those above, and for NaN
inline constexpr bits<4> circular;   // the axis repeats itself, as an angle does
inline constexpr bits<8> growth;     // the axis grows to hold them

namespace detail {

constexpr bool has(unsigned bits, unsigned bit) { return (bits & bit) != 0; }

// What hist makes of growth and circular on an axis of real numbers.
constexpr unsigned completed(unsigned bits) { return has(bits, 8) ? 11 : has(bits, 4) ? 6 : bits; }

}  // namespace detail

}  // namespace doublet::axis::option

#endif
