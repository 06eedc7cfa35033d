// ---
namespace cfg { int cut = 1; int f() { return cut; } struct S { int v = 1; }; }
// --- changed
namespace cfg { int cut = 2; int f() { return cut * 10; } struct S { int w = 0; int v = 2; }; }
// ---
using cfg::cut; using cfg::f; using cfg::S;
// ---
int h() { return cut + f() + S().v; }
// --- run
std::cout << h() << cut << f() << S().v << '\n';
