// ---
#define MODE 2
// ---
#if MODE == 1
int pick() { return 1; }
#elif MODE == 2
int pick() { return 2; }
#else
int pick() { return 3; }
#endif
// ---
int mixed() {
#ifdef MODE
  return 10 * MODE;
#else
  return -1;
#endif
}
// ---
struct Opt {
#if MODE > 1
  int big = 5;
#else
  int small = 6;
#endif
};
// --- run
std::cout << pick() << mixed() << Opt().big << '\n';
// ---
#if 0
don't { read "this

#  ifdef NEVER
nor that's
#  endif
#else
int taken = 4;
#endif
// --- run
#if MODE == 1
std::cout << "no" << '\n';
#endif
taken += 1;
#ifdef NEVER
taken = 100;
#endif
std::cout << taken << '\n';
#if 0
std::cout << "not the last" << '\n';
#endif
