// What crosses between Python and C++.
#ifndef DOUBLET_BRIDGE_HPP
#define DOUBLET_BRIDGE_HPP

#include <cstdint>
#if __cplusplus >= 202002L
#include <span>
#endif

#include "assign.hpp"
#include "callable.hpp"
#include "columns.hpp"
#include "copied.hpp"
#include "view.hpp"

#endif
