// Conversions that C++ makes only where it is asked to.
#ifndef DOUBLET_RUNTIME_CONVERSIONS_HPP
#define DOUBLET_RUNTIME_CONVERSIONS_HPP

namespace doublet::detail {

// Whether this constructor is about to make an object of an argument that C++ itself would not take for one.
bool is_explicit_conversion(long method);

}  // namespace doublet::detail

#endif
