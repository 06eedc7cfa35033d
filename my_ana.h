#pragma once
inline double calib(double x) { return 300 * x; }
