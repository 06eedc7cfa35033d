// ---
struct Hit { double time = 5; int index() { return 6; } double twice() { return 2 * time; } double later(); };
double Hit::later() { return time + 100; }
// ---
std::string told() { return std::to_string(std::abs(-2)) + std::to_string(int(::exp(0.0))); }
// --- run
Hit hit, *pointer = &hit; double time = 3; auto abs = [](int x) { return x; }; int exp = 4, index = 2;
std::cout << hit.time << hit.index() << pointer->time << hit.twice() << hit.later() << Hit{.time = 8}.time << time << '\n';
auto kept = [=] { return time + index; }; time = 9; for (int time = 0; time < 2; ++time) std::cout << time;
std::cout << kept() << time << abs(-3) << std::abs(-3) << exp << ::exp(0.0) << '\n';
// --- run
double y1 = 2; double y0 = y1 + 1; const double jn = y0 * 2; auto [j0, j1] = std::pair{y0, jn};
y1 = 7; std::cout << y0 << y1 << jn << j0 << j1 << told() << '\n';
// --- run
struct Div { int quot; } div{3}; std::vector<int> log{1, 2, 3}; std::cout << div.quot << log.size() << '\n';
for (int index : {1, 2}) std::cout << index;
// --- run
const int signal = 5; int sized[signal]; std::cout << sizeof sized << '\n';
