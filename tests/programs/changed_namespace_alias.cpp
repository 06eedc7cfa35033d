// ---
namespace cfg { int cut = 1; namespace deep { int f() { return cut; } } }
// --- changed
namespace cfg { int cut = 2; namespace deep { int f() { return cut * 10; } } }
// ---
namespace c = cfg; namespace cd = cfg::deep;
// ---
int h() { return c::cut + cd::f(); }
// --- run
std::cout << h() << c::cut << cd::f() << '\n';
