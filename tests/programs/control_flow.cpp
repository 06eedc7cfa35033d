// --- once
int steps = 0;
// --- run
do ++steps; while (steps < 5); std::cout << steps;
// --- run
for (int i = 0, j = 10; i < j; ++i, --j) { if (i == 2) continue; if (i == 4) break; std::cout << i << j; }
// --- run
switch (int kind = steps % 3; kind) { case 0: std::cout << 'a'; break; case 1: case 2: { std::cout << 'b'; [[fallthrough]]; } default: std::cout << 'c'; }
// --- run
if (auto found = std::map<int, int>{{1, 2}}; found.count(1)) std::cout << "yes"; else if (steps) std::cout << "no"; else std::cout << "never";
// --- run
if (steps > 3) if (steps > 10) std::cout << "big"; else std::cout << "middle";
// --- run
while (steps --> 0) if (steps % 2) std::cout << steps; else continue;
// --- run
{ int tries = 0; again: if (++tries < 3) goto again; std::cout << tries; }
// --- run
try { try { throw std::out_of_range("in"); } catch (const std::logic_error& e) { std::cout << e.what(); throw; } } catch (...) { std::cout << "out"; }
// --- run
for (auto [key, value] : std::map<std::string, int>{{"x", 1}, {"y", 2}}) std::cout << key << value; std::cout << '\n';
// --- run
steps > 0 ? std::cout << "more" : std::cout << "done"; std::cout << (steps, 4) << '\n';
