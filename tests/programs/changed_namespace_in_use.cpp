// ---
namespace cfg { int cut = 1; int f() { return cut; } struct S { int v = 1; }; const int k = 4; enum E { ea = 1, eb }; }
// --- changed
namespace cfg { int cut = 2; int f() { return cut * 10; } struct S { int w = 0; int v = 2; }; const int k = 5; enum E { ea = 11, eb }; }
// ---
using namespace cfg;
// ---
int h() { return cut + f() + S().v + k + eb; }
// --- run
std::cout << h() << cut << f() << S().v << k << ea << eb << '\n';
