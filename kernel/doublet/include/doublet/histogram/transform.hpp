// Functions under which the bins of an axis have equal widths.
#ifndef DOUBLET_HISTOGRAM_TRANSFORM_HPP
#define DOUBLET_HISTOGRAM_TRANSFORM_HPP

#include <cmath>
#include <string>

#include "description.hpp"
#include "numbers.hpp"

namespace doublet::axis::transform {

struct id {
    void read(doublet::detail::description&) {}
    static std::string json() { return "null"; }
    double forward(double x) const { return x; }
};
struct log {
    void read(doublet::detail::description&) {}
    static std::string json() { return "\"log\""; }
    double forward(double x) const { return std::log(x); }
};
struct sqrt {
    void read(doublet::detail::description&) {}
    static std::string json() { return "\"sqrt\""; }
    double forward(double x) const { return std::sqrt(x); }
};
struct pow {
    explicit pow(double power = 1) : power_(power) {}
    void read(doublet::detail::description& from) { power_ = from.real(); }
    std::string json() const { return doublet::detail::json_number(power_); }
    double forward(double x) const { return std::pow(x, power_); }

private:
    double power_;
};
// A function of Python's, as hist's transform.Function has it.
struct function {
    void read(doublet::detail::description& from) { forward_ = from.address<double(double)>(); }
    double forward(double x) const { return forward_(x); }

private:
    double (*forward_)(double) = nullptr;
};

}  // namespace doublet::axis::transform

#endif
