// What is told where C++ functions do not take what they are given: a sentence, and a list only where they refuse for different
// reasons. cppyy lists all that there are, each with a line for its signature and another one for what is wrong.
#ifndef DOUBLET_RUNTIME_REFUSALS_HPP
#define DOUBLET_RUNTIME_REFUSALS_HPP

#include <string>
#include <string_view>

namespace doublet::detail {

// How cppyy begins what it says of an argument, before its number.
constexpr std::string_view of_conversion = "could not convert argument ";

// "int f(int n) cannot take argument 1: 'a' (str) is not a whole number", of what cppyy says of one function and why; either may be
// empty.
std::string refused(std::string_view signature, const std::string& what, const std::string& why);

// Whether it is cppyy's list of what several functions say.
bool is_list(std::string_view told);

// What is told instead of such a list, for arguments of some types, as in "(str, int)", or empty.
std::string all_refused(const std::string& told, const std::string& types);

// Whether it says that functions do not take what they are given.
bool is_refusal(const std::string& told);

// Why the last function of such a text has refused an argument; empty if it does not say.
std::string reason_of(const std::string& told);

// The class of the operator= that such a text is about, or begins with; empty for other functions.
std::string assigned_class(const std::string& told);

}  // namespace doublet::detail

#endif
