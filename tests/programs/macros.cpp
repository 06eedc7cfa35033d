// ---
#define FIELD(type, name) type name;
#define FIELDS FIELD(int, events) FIELD(double, weight)
// ---
FIELDS
// --- run
events = 3; weight = 1.5; std::cout << events * weight << '\n';
// ---
struct Record { FIELDS };
// ---
#define JOIN(a, b) a##b
int JOIN(run, number) = 5;
// --- run
JOIN(run, number) = 6; std::cout << runnumber + JOIN(run, number) << ' ' << Record{1, 2}.weight << '\n';
// ---
#define GETTER(name, value) int name() { return value; }
GETTER(first, 1)
GETTER(second, first() + 1)
// --- changed
#define GETTER(name, value) int name() { return 10 * (value); }
GETTER(first, 1)
GETTER(second, first() + 1)
// ---
#define FOREVER for (;;)
#define REPEAT(i, n) for (int i = 0; i < n; ++i)
#define CHECK(x) do { if (!(x)) throw std::runtime_error(#x); } while (0)
#define SAY(x) std::cout << #x << '=' << (x) << '\n';
// --- run
int count = 0;
FOREVER { if (++count > 4) break; }
REPEAT(i, 2) REPEAT(j, 3) { count += i * j; }
REPEAT(i, 2) std::cout << i;
CHECK(count > 4);
SAY(count)
SAY(first() + second())
// ---
#define CONSTANT const auto
int source = 4;
// --- run
source = 6; CONSTANT twice = source * 2; std::cout << twice << '\n';
// --- run
#define NOTE(x) #x,
#define COLOURS(E) E(red) E(green)
const char* names[] = {COLOURS(NOTE)}; std::cout << names[1] << '\n';
