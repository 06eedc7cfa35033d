// ---
namespace ev { struct H { double e = 2; }; double corr(const H& h) { return h.e; } double twice(const H& h) { return 2 * corr(h); } }
// --- changed
namespace ev { struct H { double e = 2; }; double corr(const H& h) { return h.e * 10; } double twice(const H& h) { return 2 * corr(h); } }
// ---
ev::H hit; double outside(const ev::H& h) { return corr(h) + ev::twice(h); }
// --- run
std::cout << corr(hit) << twice(hit) << outside(hit) << ev::corr(hit) << '\n';
