// Conversions that C++ makes only where it is asked to.
#ifndef DOUBLET_RUNTIME_CONVERSIONS_HPP
#define DOUBLET_RUNTIME_CONVERSIONS_HPP

#include <string>

struct _object;

namespace doublet::detail {

// What the C++ function that Python calls now has been given.
struct Given {
    _object* const* arguments = nullptr;
    long size = 0;
    _object* function = nullptr;
};
extern thread_local Given given;

// Of what types that is, without the object whose method is called: "(str, int)"; empty if there is nothing.
std::string types_given();

// Whether this constructor is about to make an object of an argument that C++ itself would not take for one.
bool is_explicit_conversion(long method);

}  // namespace doublet::detail

#endif
