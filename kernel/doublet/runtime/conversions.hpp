// Conversions that C++ makes only where it is asked to.
#ifndef DOUBLET_RUNTIME_CONVERSIONS_HPP
#define DOUBLET_RUNTIME_CONVERSIONS_HPP

struct _object;

namespace doublet::detail {

// What the C++ function that Python calls now has been given.
struct Given {
    _object* const* arguments = nullptr;
    long size = 0;
};
extern thread_local Given given;

// Whether this constructor is about to make an object of an argument that C++ itself would not take for one.
bool is_explicit_conversion(long method);

}  // namespace doublet::detail

#endif
