// Histograms that C++ fills and Python has: doublet::hist, with the axes and storages of hist.
#ifndef DOUBLET_HISTOGRAM_HPP
#define DOUBLET_HISTOGRAM_HPP

#include "histogram/addresses.hpp"
#include "histogram/boost.hpp"
#include "histogram/hist.hpp"
#include "histogram/threaded.hpp"

#endif
