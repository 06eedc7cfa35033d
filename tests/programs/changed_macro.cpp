// ---
#define SCALE 2
// --- changed
#define SCALE 3
// ---
#define DBL(x) (SCALE * (x))
// ---
int s(int x) { return DBL(x); } struct K { int q = DBL(4); };
// --- once
const int cs = SCALE * 7;
// --- run
std::cout << s(1) << K().q << '\n';
