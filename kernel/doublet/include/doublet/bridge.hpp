// What crosses between Python and C++.
#ifndef DOUBLET_BRIDGE_HPP
#define DOUBLET_BRIDGE_HPP

#include <cstddef>
#include <cstdint>
#if __cplusplus >= 202002L
#include <span>
#endif

#include "assign.hpp"
#include "bounds.hpp"
#include "callable.hpp"
#include "columns.hpp"
#include "copied.hpp"
#include "view.hpp"

namespace doublet::detail {

// A pointer to elements at an address, which Python has from an array.
template <class T>
T* elements_at(std::size_t address) {
    return reinterpret_cast<T*>(address);
}

}  // namespace doublet::detail

#endif
