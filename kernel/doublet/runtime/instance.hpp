// How cppyy's objects in Python begin, as CPyCppyy/CPPInstance.h has them.
#ifndef DOUBLET_RUNTIME_INSTANCE_HPP
#define DOUBLET_RUNTIME_INSTANCE_HPP

#include <cstdint>

#include "python.hpp"

namespace doublet::detail {

struct Instance : PyObject {
    void* object;
    std::uint32_t flags;
};
inline constexpr std::uint32_t is_smart = 0x40;  // it is what a smart pointer holds
inline constexpr std::uint32_t special = 0x7fe;  // it owns an object, or does not have its address there

}  // namespace doublet::detail

#endif
