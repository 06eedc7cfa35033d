// ---
int steps = 1;
// --- run
steps = 9;
// ---
struct Settings { static const std::string name; static const double root; static const char* const text; static const int table[2]; static const int in_class = 4; };
// ---
const std::string Settings::name = "n" + std::to_string(steps); const double Settings::root = std::sqrt(steps);
const char* const Settings::text = Settings::name.c_str(); const int Settings::table[2] = {steps, Settings::in_class};
// --- run
std::cout << Settings::name << Settings::root << Settings::text << Settings::table[0] << Settings::table[1] << '\n';
// --- run
int up = 0; do ++up; while (up < 5);
do { up += 2; } while (up < 9);
for (int i = 0; i < 3; ++i) if (i) std::cout << i; else std::cout << "zero";
for (int i = 0; i < 2; ++i) do std::cout << up; while (up++ < 10);
std::cout << '\n';
// ---
int guarded(int x) try { if (x) throw 1; return 0; } catch (int) { return 7; }
// ---
int digraphs<:3:> = <% 1, 2, 3 %>; std::vector<::Settings> none;
// ---
int (&called)(int) = guarded; int (&seen)[3] = digraphs;
// --- run
std::cout << guarded(1) << guarded(0) << called(2) << digraphs<:1:> << seen[2] << none.size() << '\n';
// ---
struct { int inside = 3; } unnamed, *unnamed_pointer = &unnamed;
// --- run
int tries = 0; unnamed_pointer->inside = 4;
again: ++tries;
if (tries < 3) goto again;
for (int i = 0; i < 3; ++i) for (int j = 0; j < 3; ++j) if (i * j == 2) goto out;
std::cout << "not reached" << [] (int x) -> double { return x; }(1);
out: { std::cout << tries << unnamed.inside << '\n'; }
