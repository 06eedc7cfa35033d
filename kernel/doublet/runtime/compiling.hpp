// The functions by which cppyy calls those of C++, which are compiled when they are called first.
#ifndef DOUBLET_RUNTIME_COMPILING_HPP
#define DOUBLET_RUNTIME_COMPILING_HPP

namespace doublet::detail {

// Whether cppyy is about to call a function for Python, and takes an exception if that cannot be compiled.
inline thread_local bool is_calling = false;

}  // namespace doublet::detail

#endif
