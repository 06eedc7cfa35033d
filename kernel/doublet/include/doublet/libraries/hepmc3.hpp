// The particles of a HepMC3 event, for Python: a row for each.
#ifndef DOUBLET_LIBRARIES_HEPMC3_HPP
#define DOUBLET_LIBRARIES_HEPMC3_HPP

#include <HepMC3/GenEvent.h>
#include <HepMC3/GenParticle.h>

#include <cstdint>
#include <string>

namespace doublet::libraries {

// As Python has it: types/hepmc3.py.
struct particle_row {
    double px, py, pz, energy, mass;
    std::int32_t id, pid, status, padding;
};

inline std::string momentum_unit(const HepMC3::GenEvent& event) { return HepMC3::Units::name(event.momentum_unit()); }
inline std::string length_unit(const HepMC3::GenEvent& event) { return HepMC3::Units::name(event.length_unit()); }

inline void copy_particles(const HepMC3::GenEvent& event, std::uintptr_t into) {
    auto* row = reinterpret_cast<particle_row*>(into);
    for (const auto& particle : event.particles()) {
        const auto& p = particle->momentum();
        *row++ = {p.px(), p.py(), p.pz(), p.e(), particle->generated_mass(), particle->id(), particle->pid(), particle->status(), 0};
    }
}

}  // namespace doublet::libraries

#endif
