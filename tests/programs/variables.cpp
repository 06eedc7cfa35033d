// ---
int a = 1, b = a + 1, *p = &b;
// ---
const int c = b * 10; const double d = c / 3.0;
// --- run
*p = 7; std::cout << a << b << c << d << '\n';
// ---
static int e = b + c; inline int f = e * 2; constexpr int g = 4; constinit int h = g + 1;
// --- run
std::cout << e << ' ' << f << ' ' << h << '\n';
