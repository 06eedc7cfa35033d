// The momenta of FastJet's jets and particles, for Python: px, py, pz and E of each in a row of doubles.
#ifndef DOUBLET_LIBRARIES_FASTJET_HPP
#define DOUBLET_LIBRARIES_FASTJET_HPP

#include <cstddef>
#include <cstdint>
#include <fastjet/PseudoJet.hh>
#include <vector>

namespace doublet::libraries {

inline void copy_momenta(const std::vector<fastjet::PseudoJet>& jets, std::uintptr_t into) {
    auto* to = reinterpret_cast<double*>(into);
    for (const auto& jet : jets)
        for (const double part : {jet.px(), jet.py(), jet.pz(), jet.E()}) *to++ = part;
}

inline std::vector<fastjet::PseudoJet> particles(std::uintptr_t from, std::size_t count) {
    const auto* momenta = reinterpret_cast<const double*>(from);
    std::vector<fastjet::PseudoJet> made;
    made.reserve(count);
    for (std::size_t i = 0; i < count; ++i, momenta += 4) {
        made.emplace_back(momenta[0], momenta[1], momenta[2], momenta[3]);
        made.back().set_user_index(static_cast<int>(i));
    }
    return made;
}

}  // namespace doublet::libraries

#endif
