// ---
enum class Kind { muon, jet = 4 };
// --- changed
enum class Kind { photon, muon, jet = 5 };
// ---
using enum Kind;
// ---
int count(Kind k) { switch (k) { case muon: return 10; case jet: return int(jet); default: return -1; } }
// --- run
std::cout << count(jet) << count(muon) << ' ' << int(muon) << (Kind::jet == jet) << '\n';
