// The arguments that Cling loses of a template with any number of them.
#ifndef DOUBLET_RUNTIME_PACKS_HPP
#define DOUBLET_RUNTIME_PACKS_HPP

#include <string>

namespace doublet::detail {

// What Cling has made of a type, `found`, with what it lost: of a template with a pack it keeps one argument where it has written
// out the default arguments of another template among them, so that Pack<Part<>, int> becomes Pack<Part<int>>.
std::string with_packs(const std::string& type, const std::string& found);

}  // namespace doublet::detail

#endif
