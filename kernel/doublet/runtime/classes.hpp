// Classes of templates that cppyy looks up.
#ifndef DOUBLET_RUNTIME_CLASSES_HPP
#define DOUBLET_RUNTIME_CLASSES_HPP

#include <string>

namespace doublet::detail {

// Whether a class can be compiled, as far as Python can say.
bool is_sound(const std::string& name);

// Whether it could not when it was looked up last.
bool is_refused(const std::string& name);

}  // namespace doublet::detail

#endif
