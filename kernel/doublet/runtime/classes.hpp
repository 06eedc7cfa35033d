// Classes of templates that do not compile.
#ifndef DOUBLET_RUNTIME_CLASSES_HPP
#define DOUBLET_RUNTIME_CLASSES_HPP

#include <string>

namespace doublet::detail {

// Whether a name, or what it points or refers to, is of a class that Python has been told not to compile. cppyy asks without Python's lock, too.
bool is_refused(const std::string& name);

}  // namespace doublet::detail

#endif
